import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/core/json.ts'
import { exactValues, isMatcher, judge } from '../../src/core/matcher.ts'
import type { Verdict } from '../../src/core/trace.ts'

type Row = [name: string, matcher: unknown, value: Json | undefined, verdict: Verdict]

const check = (rows: Row[]): void => {
  it.each(rows)('%s: %j on %j', (_, matcher, value, verdict) => {
    expect(judge(matcher, value)).toBe(verdict)
  })
}

/** Operators around a plain value. */
const wrapped = (depth: number): unknown =>
  depth === 0
    ? 'x'
    : depth % 2 === 0
      ? { not: wrapped(depth - 1) }
      : { any_of: [wrapped(depth - 1)] }

describe('a plain value', () => {
  check([
    ['equal strings', 'x', 'x', 'match'],
    ['equal numbers', 7, 7, 'match'],
    ['equal booleans', true, true, 'match'],
    ['other string', 'x', 'y', 'mismatch'],
    ['other boolean', false, true, 'mismatch'],
    ['AC-095 empty string', '1001', '', 'mismatch'],
    ['AC-095 absent', '1001', undefined, 'missing'],
    ['AC-095 null', '1001', null, 'missing'],
    ['AC-096 number for a string', '1001', 1001, 'wrong_type'],
    ['AC-097 string for a number', 1001, '1001', 'wrong_type'],
    ['AC-099 string for a boolean', true, 'true', 'wrong_type'],
    ['AC-099 number for a boolean', true, 1, 'wrong_type'],
    ['AC-099 array for a boolean', true, [true], 'wrong_type'],
    ['AC-100 boolean for a string', 'true', true, 'wrong_type'],
    ['AC-100 boolean for a number', 1, true, 'wrong_type'],
    ['AC-101 array of the value', 'acme/app', ['acme/app'], 'wrong_type'],
    ['AC-101 array with the value', 'acme/app', ['evil/x', 'acme/app'], 'wrong_type'],
    ['object', 'x', { x: 'x' }, 'wrong_type'],
    ['AC-104 another case', 'acme/app', 'ACME/App', 'mismatch'],
    ['AC-105 leading space', 'acme/app', ' acme/app', 'mismatch'],
    ['AC-105 trailing space', 'acme/app', 'acme/app ', 'mismatch'],
    ['AC-105 no-break space', 'acme/app', 'acme/app\u00a0', 'mismatch'],
    ['AC-106 Kelvin sign', 'kilo', '\u212ailo', 'mismatch'],
    ['AC-106 dotless i', 'ilo', '\u0131lo', 'mismatch'],
    ['AC-106 full-width letters', 'acme', 'ａcme', 'mismatch'],
    ['AC-106 decomposed accent', 'é', 'e\u0301', 'mismatch'],
    ['AC-112 syntax is literal', 'app|evil', 'evil', 'mismatch'],
    ['AC-113 pattern characters in the token are data', 'acme/app', '*', 'mismatch'],
    ['AC-113 pattern characters in the token are data', 'acme/app', 'acme/*', 'mismatch'],
    ['a star in a plain value is a star', 'a*', 'ab', 'mismatch'],
    ['a star in a plain value equals a star', 'a*', 'a*', 'match'],
    ['empty string asked for', '', '', 'match'],
  ])
})

describe('any_of', () => {
  check([
    ['second member', { any_of: ['a', 'b'] }, 'b', 'match'],
    ['no member', { any_of: ['a', 'b'] }, 'c', 'mismatch'],
    ['a glob inside', { any_of: ['main', { glob: 'v*' }] }, 'v1', 'match'],
    ['one member can judge', { any_of: ['a', 7] }, 8, 'mismatch'],
    ['no member can judge', { any_of: ['a', 7] }, true, 'wrong_type'],
    ['absent', { any_of: ['a'] }, undefined, 'missing'],
    ['null', { any_of: ['a'] }, null, 'missing'],
    ['an array with a member', { any_of: ['a', 'b'] }, ['a'], 'wrong_type'],
  ])
})

describe('not', () => {
  check([
    ['another value', { not: 'sandbox' }, 'production', 'match'],
    ['the value', { not: 'sandbox' }, 'sandbox', 'mismatch'],
    ['absent', { not: 'sandbox' }, undefined, 'missing'],
    ['null', { not: 'sandbox' }, null, 'missing'],
    ['a number where a string is excluded', { not: 'sandbox' }, 7, 'wrong_type'],
    ['a boolean where a string is excluded', { not: 'true' }, true, 'wrong_type'],
    ['an array with the excluded value', { not: 'sandbox' }, ['sandbox'], 'wrong_type'],
    ['an object', { not: 'sandbox' }, {}, 'wrong_type'],
    ['none of several', { not: { any_of: ['a', 'b'] } }, 'c', 'match'],
    ['one of several', { not: { any_of: ['a', 'b'] } }, 'b', 'mismatch'],
    ['judged by one of several', { not: { any_of: ['a', 7] } }, 8, 'match'],
    ['judged by none of several', { not: { any_of: ['a', 'b'] } }, 8, 'wrong_type'],
    ['outside a glob', { not: { glob: 'v*' } }, 'main', 'match'],
    ['a number outside a glob', { not: { glob: 'v*' } }, 1, 'wrong_type'],
    ['without an element', { not: { contains: 'x' } }, ['y'], 'match'],
    ['an empty list has no element', { not: { contains: 'x' } }, [], 'match'],
    ['no list at all', { not: { contains: 'x' } }, 'y', 'wrong_type'],
    ['a mixed list', { not: { contains: 'x' } }, ['y', 1], 'wrong_type'],
    ['twice', { not: { not: 'a' } }, 'a', 'match'],
    ['twice, of a type it cannot judge', { not: { not: 'a' } }, 1, 'wrong_type'],
    ['never absent', { not: { present: true } }, undefined, 'missing'],
    ['never present', { not: { present: true } }, 'x', 'mismatch'],
    ['inside any_of', { any_of: [{ not: 'a' }, 7] }, 8, 'mismatch'],
  ])
})

describe('glob, contains, present', () => {
  check([
    ['AC-107 glob', { glob: 'refs/heads/*' }, 'refs/heads/main', 'match'],
    ['AC-108 glob', { glob: 'refs/heads/*' }, 'refs/heads/a/b', 'mismatch'],
    ['glob on a number', { glob: '*' }, 1, 'wrong_type'],
    ['glob on an array', { glob: '*' }, ['x'], 'wrong_type'],
    ['glob on nothing', { glob: '*' }, undefined, 'missing'],
    ['AC-102 contains', { contains: 'prod' }, ['dev', 'prod'], 'match'],
    ['contains no pattern', { contains: 'p*' }, ['prod'], 'mismatch'],
    ['contains nothing equal', { contains: 'prod' }, ['dev'], 'mismatch'],
    ['contains in an empty array', { contains: 'prod' }, [], 'mismatch'],
    ['contains in a mixed array', { contains: 'prod' }, ['prod', 1], 'wrong_type'],
    ['contains in a nested array', { contains: 'prod' }, [['prod']], 'wrong_type'],
    ['contains in a string', { contains: 'prod' }, 'production', 'wrong_type'],
    ['contains in an object', { contains: 'prod' }, { '0': 'prod' }, 'wrong_type'],
    ['present', { present: true }, false, 'match'],
    ['present, even empty', { present: true }, '', 'match'],
    ['present, an object', { present: true }, {}, 'match'],
    ['present, but null', { present: true }, null, 'missing'],
    ['present, but absent', { present: true }, undefined, 'missing'],
  ])
})

const unreadable: [string, unknown][] = [
  ['AC-121 an unknown operator', { regex: '.*' }],
  ['AC-121 an unknown operator inside any_of', { any_of: ['x', { regex: '.*' }] }],
  ['AC-121 an unknown operator inside not', { not: { regex: '.*' } }],
  ['an inherited name as operator', { toString: 'x' }],
  ['two operators', { glob: 'x', not: 'y' }],
  ['no operator', {}],
  ['null', null],
  ['undefined', undefined],
  ['an array', ['x']],
  ['an empty any_of', { any_of: [] }],
  ['65 members', { any_of: Array.from({ length: 65 }, () => 'x') }],
  ['any_of of a string', { any_of: 'x' }],
  ['any_of with a hole', { any_of: ['x', null] }],
  ['a fraction', 1.5],
  ['a number above 2^53', 2 ** 53],
  ['NaN', Number.NaN],
  ['a number inside that is infinite', { not: Number.POSITIVE_INFINITY }],
  ['present: false', { present: false }],
  ['a glob that is no string', { glob: 7 }],
  ['a glob of three stars', { glob: 'a***' }],
  ['a glob of nine wildcards', { glob: 'a*a*a*a*a*a*a*a*a*' }],
  ['contains of a number', { contains: 7 }],
  ['contains of a matcher', { contains: { glob: 'x*' } }],
  ['five levels', wrapped(5)],
  ['a thousand levels', wrapped(1000)],
  ['a function', () => true],
  ['a symbol', Symbol('x')],
  ['a big integer', 7n],
  ['a date', new Date(0)],
]

describe('a matcher that this code does not know', () => {
  it.each(unreadable)('%s is unreadable, whatever the value', (_, matcher) => {
    expect(isMatcher(matcher)).toBe(false)
    for (const value of ['x', 7, true, null, undefined, ['x'], { x: 1 }]) {
      expect(judge(matcher, value)).toBe('unreadable')
    }
  })
})

describe('isMatcher', () => {
  const readable: [string, unknown][] = [
    ['a negative number', -7],
    ['64 members', { any_of: Array.from({ length: 64 }, (_, index) => `x${index}`) }],
    ['four levels', wrapped(4)],
    ['a null-prototype object', Object.assign(Object.create(null), { glob: 'x*' })],
  ]
  it.each(readable)('knows %s', (_, matcher) => {
    expect(isMatcher(matcher)).toBe(true)
  })
})

describe('exactValues', () => {
  const rows: [unknown, unknown][] = [
    ['x', ['x']],
    [7, [7]],
    [{ any_of: ['x', 'y'] }, ['x', 'y']],
    [{ any_of: ['x', { any_of: [7, true] }] }, ['x', 7, true]],
    [{ any_of: ['x', { glob: 'y*' }] }, null],
    [{ any_of: ['x', { not: 'y' }] }, null],
    [{ not: 'x' }, null],
    [{ glob: 'x' }, null],
    [{ contains: 'x' }, null],
    [{ present: true }, null],
    [{ regex: 'x' }, null],
    [undefined, null],
  ]
  it.each(rows)('of %j are %j', (matcher, values) => {
    expect(exactValues(matcher)).toEqual(values)
  })
})
