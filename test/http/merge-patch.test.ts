import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { MergePatch, mergePatch } from '../../src/http/api/merge-patch.ts'

const read = (text: string) => JSON.parse(text) as JsonObject

// RFC 7396, appendix A, as far as target and patch are objects.
it.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
])('RFC 7396: %s patched with %s is %s', (target, patch, result) => {
  expect(mergePatch(read(target), read(patch))).toEqual(read(result))
})

describe('beyond the appendix', () => {
  it.each([
    ['an empty patch changes nothing', '{"a":{"b":1}}', '{}', '{"a":{"b":1}}'],
    ['removing what is not there is fine', '{"a":1}', '{"b":null}', '{"a":1}'],
    ['an object replaces a text', '{"a":"b"}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['an object replaces a list', '{"a":[1]}', '{"a":{"0":2}}', '{"a":{"0":2}}'],
    ['an object takes the place of null', '{"a":null}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['nulls in a list stay', '{"a":1}', '{"a":[null]}', '{"a":[null]}'],
    [
      'false, zero and the empty text are values',
      '{}',
      '{"a":false,"b":0,"c":""}',
      '{"a":false,"b":0,"c":""}',
    ],
    [
      'deep members are merged',
      '{"a":{"b":{"c":1,"d":2}}}',
      '{"a":{"b":{"c":null}}}',
      '{"a":{"b":{"d":2}}}',
    ],
  ])('%s', (_, target, patch, result) => {
    expect(mergePatch(read(target), read(patch))).toEqual(read(result))
  })

  it('the target and the patch stay as they were', () => {
    const [target, patch] = [read('{"a":{"b":1}}'), read('{"a":{"c":2}}')]
    mergePatch(target, patch)
    expect([target, patch]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }])
  })
})

describe('a member that is replaced whole', () => {
  const target = read('{"bound_claims":{"ref":"a","environment":"b"},"examples":{"accept":[]}}')

  it('keeps nothing of what it was', () => {
    const patch = read('{"bound_claims":{"ref":"c"}}')
    expect(mergePatch(target, patch, ['bound_claims'])).toEqual({
      bound_claims: { ref: 'c' },
      examples: { accept: [] },
    })
  })

  it('keeps its own nulls, for the schema to judge', () => {
    const patch = read('{"bound_claims":{"ref":null}}')
    expect(mergePatch(target, patch, ['bound_claims']).bound_claims).toEqual({ ref: null })
  })

  it('is removed by null like any other', () => {
    const patch = read('{"bound_claims":null}')
    expect(mergePatch(target, patch, ['bound_claims'])).not.toHaveProperty('bound_claims')
  })

  it('is so at the top only', () => {
    const nested = read('{"a":{"bound_claims":{"ref":"a"}}}')
    const patch = read('{"a":{"bound_claims":{"environment":"b"}}}')
    expect(mergePatch(nested, patch, ['bound_claims'])).toEqual({
      a: { bound_claims: { ref: 'a', environment: 'b' } },
    })
  })
})

describe('names that objects inherit', () => {
  it.each(['__proto__', 'constructor', 'toString'])('%s is data like any other', (name) => {
    const merged = mergePatch({ a: 1 }, read(`{"${name}":{"polluted":true}}`))
    expect(Object.entries(merged)).toEqual([
      ['a', 1],
      [name, { polluted: true }],
    ])
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('are not read from the target', () => {
    expect(mergePatch({}, read('{"constructor":{"a":1}}'))).toEqual({ constructor: { a: 1 } })
  })
})

it.each([[null], ['text'], [7], [true], [undefined], [[]]])('%j is no merge patch', (body) => {
  expect(MergePatch.safeParse(body).success).toBe(false)
})
