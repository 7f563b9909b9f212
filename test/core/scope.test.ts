import { describe, expect, it } from 'vitest'
import { isPermissionName, parseScope } from '../../src/core/scope.ts'

describe('parseScope', () => {
  it.each([
    ['deploy:write', ['deploy:write']],
    ['a b c', ['a', 'b', 'c']],
    ['b a b a', ['b', 'a']],
    ["!#[]~'", ["!#[]~'"]],
    ['__proto__ constructor', ['__proto__', 'constructor']],
  ])('reads %j', (text, tokens) => {
    expect(parseScope(text)).toEqual({ ok: true, value: tokens })
  })

  it.each([
    ['nothing', ''],
    ['a space', ' '],
    ['a leading space', ' a'],
    ['a trailing space', 'a '],
    ['two spaces', 'a  b'],
    ['a tab', 'a\tb'],
    ['a newline', 'a\n'],
    ['a quote', 'a"b'],
    ['a backslash', 'a\\b'],
    ['text beyond ASCII', 'é'],
    ['DEL', 'a\u007f'],
    ['a comma is fine, NUL is not', 'a,b\0'],
    ['65 tokens', Array.from({ length: 65 }, (_, index) => `s${index}`).join(' ')],
    ['65 times the same', Array.from({ length: 65 }, () => 's').join(' ')],
    ['2049 characters', 'a'.repeat(2049)],
  ])('refuses %s', (_, text) => {
    expect(parseScope(text)).toEqual({ ok: false, error: 'malformed' })
  })

  it('takes 64 tokens and 2048 characters', () => {
    const tokens = Array.from({ length: 64 }, (_, index) => `s${index}`)
    expect(parseScope(tokens.join(' '))).toEqual({ ok: true, value: tokens })
    expect(parseScope('a'.repeat(2048)).ok).toBe(true)
  })
})

describe('isPermissionName', () => {
  it.each(['deploy:write', 'a', '0', 'a.b_c:d/e-f', 'a'.repeat(128)])('takes %s', (name) => {
    expect(isPermissionName(name)).toBe(true)
  })

  it.each(['', 'A', ':a', '-a', '/a', 'a b', 'a\n', 'é', 'a*', 'a'.repeat(129)])(
    'refuses %j',
    (name) => {
      expect(isPermissionName(name)).toBe(false)
    },
  )
})
