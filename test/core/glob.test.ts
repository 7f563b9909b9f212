import { describe, expect, it } from 'vitest'
import { type GlobFault, type GlobToken, globMatches, parseGlob } from '../../src/core/glob.ts'

describe('parseGlob', () => {
  const patterns: [string, GlobToken[]][] = [
    ['', []],
    ['abc', [{ kind: 'literal', text: 'abc' }]],
    ['*', [{ kind: 'star' }]],
    ['**', [{ kind: 'double_star' }]],
    [
      'refs/*/x**',
      [
        { kind: 'literal', text: 'refs/' },
        { kind: 'star' },
        { kind: 'literal', text: '/x' },
        { kind: 'double_star' },
      ],
    ],
    ['a?[b]{c}', [{ kind: 'literal', text: 'a?[b]{c}' }]],
  ]
  it.each(patterns)('reads %j', (pattern, tokens) => {
    expect(parseGlob(pattern)).toEqual({ ok: true, value: tokens })
  })

  const faults: [string, string, GlobFault][] = [
    ['three stars', '***', 'three_stars'],
    ['four stars', 'a****b', 'three_stars'],
    ['AC-314 nine wildcards', 'a*a*a*a*a*a*a*a*a*', 'too_many_wildcards'],
    ['AC-314 300 characters', 'a'.repeat(300), 'too_long'],
  ]
  it.each(faults)('refuses %s', (_, pattern, error) => {
    expect(parseGlob(pattern)).toEqual({ ok: false, error })
    expect(globMatches(pattern, pattern)).toBe(false)
  })

  it('takes eight wildcards and 256 characters', () => {
    expect(parseGlob('a*a*a*a*a*a*a*a*b').ok).toBe(true)
    expect(parseGlob('a'.repeat(256)).ok).toBe(true)
  })
})

const main = 'repo:acme/app:ref:refs/heads/*'
const deep = 'repo:acme/app:ref:refs/heads/**'

describe('globMatches', () => {
  const matching: [string, string, string][] = [
    ['AC-107 a branch', main, 'repo:acme/app:ref:refs/heads/main'],
    ['AC-111 two stars cross a slash', deep, 'repo:acme/app:ref:refs/heads/a/b'],
    ['two stars begin with a slash', 'a**', 'a/'],
    ['one character', '*', 'x'],
    ['a star takes as much as it must', '*a', 'aaa'],
    ['stars share', '*a*', 'aaa'],
    ['a pattern of only literals', 'abc', 'abc'],
    ['a literal star in the value', 'a*', 'a*'],
    ['a character beyond the basic plane', '*', '😀'],
    ['a newline is a character', 'a*b', 'a\nb'],
    ['nothing matches nothing', '', ''],
  ]
  it.each(matching)('%s: %s', (_, pattern, value) => {
    expect(globMatches(pattern, value)).toBe(true)
  })

  const other: [string, string, string][] = [
    ['AC-108 a star stops at a slash', main, 'repo:acme/app:ref:refs/heads/feature/x'],
    ['AC-108 a star needs a character', main, 'repo:acme/app:ref:refs/heads/'],
    ['AC-109 a star stops at a colon', main, 'repo:acme/app:ref:refs/heads/main:environment:prod'],
    ['AC-110 another repository', main, 'repo:acme/app-evil:ref:refs/heads/main'],
    ['AC-110 something before', main, 'xrepo:acme/app:ref:refs/heads/main'],
    ['AC-111 two stars stop at a colon', deep, 'repo:acme/app:ref:refs/heads/a:b'],
    ['two stars need a character', 'a**', 'a'],
    ['a star between literals needs a character', 'a*b', 'ab'],
    ['something after', 'a*b', 'axbc'],
    ['another case', 'A*', 'ab'],
    ['AC-112 braces', '{app,evil}', 'evil'],
    ['AC-112 an extended glob', '!(x)', 'y'],
    ['AC-112 a class', '[a-z]pp', 'app'],
    ['AC-112 a dot', 'a.p', 'app'],
    ['AC-112 an alternative', 'app|evil', 'evil'],
    ['AC-112 an expression', '^.*$', 'anything'],
    ['a question mark', 'a?p', 'app'],
    ['a backslash', String.raw`a\*`, 'a*'],
    ['two values in lines', 'a*', 'x\nab'],
    ['a trailing newline', 'ab', 'ab\n'],
    ['AC-114 eight wildcards without end', 'a*a*a*a*a*a*a*a*b', 'a'.repeat(1000)],
  ]
  it.each(other)('%s: %s', (_, pattern, value) => {
    expect(globMatches(pattern, value)).toBe(false)
  })

  it('AC-112 takes all that syntax literally', () => {
    for (const text of ['{app,evil}', '!(x)', '[a-z]pp', 'a.p', 'app|evil']) {
      expect(globMatches(text, text)).toBe(true)
    }
  })
})
