import { describe, expect, it } from 'vitest'
import { details } from '../../src/cli/resources/words.ts'
import { inOneLine, printable } from '../../src/core/one-line.ts'
import { scopesDiffer } from '../../src/pipeline/scopes.ts'

describe('what others wrote', () => {
  it('commands no terminal, and stays in its line', () => {
    expect(printable('a\tb\r\nc\nd')).toBe('a\tb\r\nc\nd')
    expect(printable('a\u001b[2J\u009b\u061c\u202e\u{e0001}')).toBe(
      'a\\u001b[2J\\u009b\\u061c\\u202e\\udb40\\udc01',
    )
    expect(inOneLine('a\r\n::error::b')).toBe('a\\r\\n::error::b')
  })

  it('commands no runner, at the beginning of any line or in the old form', () => {
    expect(printable('a\n  ::warning::b')).toBe('a\n  \\u003a:warning::b')
    expect(printable('x ##[add-mask]a ##vso[b]')).toBe('x \\u0023#[add-mask]a \\u0023#vso[b]')
  })

  it('is no command as the name of a member, nor as a scope', () => {
    const words = details({ 'deep\u001b[2J': { 'y\n::error::': { z: 1 } } })
    expect(words.replace('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(words.split('\n')).toHaveLength(2)
    expect(scopesDiffer(['b'], ['a\n::warning::x'])?.message).not.toContain('\n')
  })
})
