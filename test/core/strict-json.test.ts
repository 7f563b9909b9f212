import { describe, expect, it } from 'vitest'
import {
  type JsonFault,
  parseStrictJson,
  parseStrictJsonText,
  tokenJsonLimits,
} from '../../src/core/strict-json.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (bytes: Uint8Array) => parseStrictJson(bytes, tokenJsonLimits)
const faultOf = (text: string): JsonFault | null => {
  const result = read(utf8(text))
  return result.ok ? null : result.error
}
/** Objects inside one another, the outermost included. */
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const members = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `"m${index}":${index}`).join()}}`

describe('what strict JSON accepts', () => {
  const documents: [string, string][] = [
    ['an empty object', '{}'],
    ['white space around everything', ' {\n\t"a" : [ 1 , 2 ] }\r\n'],
    ['every kind of value', '{"s":"x","n":-1.5e3,"t":true,"f":false,"z":null,"a":[],"o":{}}'],
    ['punctuation inside strings', String.raw`{"{[:\"]}":"}],:{\\","\\":"\\\""}`],
    ['the same name in different objects', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
    ['names that only look alike', String.raw`{"a":1,"A":2,"\u0061 ":3}`],
    ['inherited names', '{"__proto__":{"x":1},"constructor":2,"toString":3}'],
    ['text beyond ASCII', '{"é":"日本 😀"}'],
    ['an unpaired surrogate in a value', String.raw`{"a":"\ud800"}`],
    ['the deepest and the widest', nested(16)],
    ['as many members as there may be', members(512)],
    ['arrays longer than the number of members', `{"a":[${'1,'.repeat(999)}1]}`],
    ['the largest number', '{"a":1.7976931348623157e308}'],
  ]
  it.each(documents)('%s', (_, text) => {
    expect(read(utf8(text))).toEqual({ ok: true, value: JSON.parse(text) })
  })

  it('AC-051 __proto__ is an own member like any other', () => {
    const result = read(utf8('{"__proto__":{"repository_id":"1001"}}'))
    expect(result.ok && Object.hasOwn(result.value, '__proto__')).toBe(true)
    expect(result.ok && result.value.repository_id).toBeUndefined()
  })
})

describe('what strict JSON refuses', () => {
  const documents: [string, string, JsonFault][] = [
    ['AC-043 a claim twice', '{"sub":"evil","sub":"good"}', 'duplicate_member'],
    ['AC-043 a claim twice, other order', '{"sub":"good","sub":"evil"}', 'duplicate_member'],
    ['equal names far apart', '{"a":1,"b":{"c":[{"d":2}]},"a":3}', 'duplicate_member'],
    ['a name spelled with an escape', String.raw`{"sub":1,"\u0073ub":2}`, 'duplicate_member'],
    ['a name with an escaped slash', String.raw`{"a/b":1,"a\/b":2}`, 'duplicate_member'],
    ['two empty names', '{"":1,"":2}', 'duplicate_member'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":{}}', 'duplicate_member'],
    ['a numeric name twice', '{"1":1,"1":2}', 'duplicate_member'],
    ['AC-045 a duplicate inside an object', '{"x":{"y":1,"y":1}}', 'duplicate_member'],
    ['AC-045 a duplicate inside an array', '{"x":[[{"y":1,"y":1}]]}', 'duplicate_member'],
    ['a dropped subtree with members', '{"a":{"x":1,"y":2},"a":{"z":3}}', 'duplicate_member'],
    ['AC-053 a claim 17 deep', nested(17), 'too_deep'],
    ['AC-053 a claim as deep as 16 KB allows', `{"a":${'['.repeat(12_000)}`, 'too_deep'],
    ['AC-054 600 claims', members(600), 'too_many_members'],
    ['513 members, some of them deep', `{"a":${members(512)}}`, 'too_many_members'],
    ['AC-057 an array', '[]', 'not_an_object'],
    ['AC-057 a string', '"x"', 'not_an_object'],
    ['AC-057 a number', '1', 'not_an_object'],
    ['AC-057 null', 'null', 'not_an_object'],
    ['a number that becomes infinite', '{"exp":1e999}', 'number_range'],
    ['a number that becomes minus infinity', '{"x":[{"iat":-1e999}]}', 'number_range'],
    ['nothing', '', 'syntax'],
    ['a comment', '{"a":1/**/}', 'syntax'],
    ['a trailing comma', '{"a":1,}', 'syntax'],
    ['a second document', '{"a":1}{}', 'syntax'],
    ['single quotes', "{'a':1}", 'syntax'],
    ['NaN', '{"a":NaN}', 'syntax'],
    ['a leading zero', '{"a":01}', 'syntax'],
    ['a raw control character in a string', '{"a":"\n"}', 'syntax'],
    ['an unfinished string', '{"a":"b\\"', 'syntax'],
    ['an unfinished escape', '{"a":"b\\', 'syntax'],
    ['closing brackets only', '}}}}', 'syntax'],
    ['no-break space as white space', '{\u00a0}', 'syntax'],
  ]
  it.each(documents)('%s', (_, text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  const bytes: [string, number[]][] = [
    ['AC-046 a byte-order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['AC-047 a stray continuation byte', [0x7b, 0x22, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['AC-047 an overlong slash', [0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]],
    ['AC-047 an encoded surrogate', [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['AC-047 UTF-16 with its mark', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
    ['a truncated character', [0x7b, 0x7d, 0xe2, 0x82]],
  ]
  it.each(bytes)('%s', (_, each) => {
    expect(read(Uint8Array.from(each))).toEqual({ ok: false, error: 'encoding' })
  })

  it('AC-047 UTF-16 without a mark', () => {
    const result = read(Uint8Array.from([0x7b, 0x00, 0x7d, 0x00]))
    expect(result).toEqual({ ok: false, error: 'syntax' })
  })

  it('AC-046 a byte-order mark in text that is decoded already', () => {
    const result = parseStrictJsonText('\ufeff{}', tokenJsonLimits)
    expect(result).toEqual({ ok: false, error: 'encoding' })
  })
})

describe('limits', () => {
  it('are those that are passed in', () => {
    const limits = { maxDepth: 2, maxMembers: 2 }
    expect(parseStrictJsonText('{"a":{"b":1}}', limits).ok).toBe(true)
    expect(parseStrictJsonText('{"a":[[]]}', limits)).toEqual({ ok: false, error: 'too_deep' })
    const wide = parseStrictJsonText('{"a":1,"b":2,"c":3}', limits)
    expect(wide).toEqual({ ok: false, error: 'too_many_members' })
  })
})
