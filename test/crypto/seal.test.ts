import { describe, expect, it } from 'vitest'
import { createSeal } from '../../src/crypto/seal.ts'
import { versionedKey } from './versioned-key.ts'

const old = versionedKey(1, 0x11)
const newest = versionedKey(2, 0x22)
const seal = createSeal([old])
const parts = ['cursor', 'roles', 'ns_acme', 'role_1'] as const

it('knows its own tag', async () => {
  expect(await seal.check(await seal.tag(...parts), ...parts)).toBe(true)
})

it('is 256 bits in base64url, and always the same', async () => {
  expect(await seal.tag(...parts)).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(await seal.tag(...parts)).toBe(await createSeal([versionedKey(7, 0x11)]).tag(...parts))
})

describe('refuses', () => {
  it.each<[string, readonly string[]]>([
    ['a changed part', ['cursor', 'roles', 'ns_acme', 'role_2']],
    ['another order', ['roles', 'cursor', 'ns_acme', 'role_1']],
    ['a part less', ['cursor', 'roles', 'ns_acme']],
    ['a part more', [...parts, '']],
    ['a part in another case', ['cursor', 'Roles', 'ns_acme', 'role_1']],
    ['parts joined', ['cursorroles', 'ns_acme', 'role_1']],
    ['a border moved', ['curso', 'rroles', 'ns_acme', 'role_1']],
    ['no part', []],
  ])('%s', async (_, others) => {
    expect(await seal.check(await seal.tag(...parts), ...others)).toBe(false)
  })

  it('a tag of another key', async () => {
    const tag = await createSeal([newest]).tag(...parts)
    expect(await seal.check(tag, ...parts)).toBe(false)
  })

  it.each([
    ['empty', () => ''],
    ['shortened', (tag: string) => tag.slice(0, -1)],
    ['lengthened', (tag: string) => `${tag}A`],
    ['all zeros', () => 'A'.repeat(43)],
    ['changed', (tag: string) => `${tag.startsWith('A') ? 'B' : 'A'}${tag.slice(1)}`],
    ['no base64url', () => '!'.repeat(43)],
  ])('a tag that is %s', async (_, change) => {
    expect(await seal.check(change(await seal.tag(...parts)), ...parts)).toBe(false)
  })
})

describe('of the spellings of one tag', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // 43 characters hold 258 bits: the last two are spare, and three more texts decode alike.
  const spareBits = (tag: string, bits: number) =>
    tag.slice(0, -1) + alphabet[alphabet.indexOf(tag.slice(-1)) + bits]
  // Some part whose tag holds both characters that base64 spells otherwise.
  const tagWithBoth = async () => {
    for (let i = 0; ; i++) {
      const tag = await seal.tag(`${i}`)
      if (tag.includes('-') && tag.includes('_')) return { part: `${i}`, tag }
    }
  }

  it.each([1, 2, 3])('refuses the one with spare bits %i', async (bits) => {
    const respelled = spareBits(await seal.tag(...parts), bits)
    expect(await seal.check(respelled, ...parts)).toBe(false)
  })

  it.each([
    ['padding', (tag: string) => `${tag}=`],
    ['the other alphabet', (tag: string) => tag.replaceAll('-', '+').replaceAll('_', '/')],
    ['a newline after', (tag: string) => `${tag}\n`],
    ['a space within', (tag: string) => `${tag.slice(0, 9)} ${tag.slice(9)}`],
  ])('refuses the one with %s', async (_, respell) => {
    const { part, tag } = await tagWithBoth()
    expect(await seal.check(tag, part)).toBe(true)
    expect(await seal.check(respell(tag), part)).toBe(false)
  })
})

it.each<[readonly string[], readonly string[]]>([
  [
    ['a', 'bc'],
    ['ab', 'c'],
  ],
  [['a', ''], ['a']],
  [
    ['', 'a'],
    ['a', ''],
  ],
  [['1:a'], ['a']],
  [['a1:b'], ['a', 'b']],
  [
    ['a:1', 'b'],
    ['a', '1', 'b'],
  ],
  [['äb'], ['ä', 'b']],
])('parts %j and %j have different tags', async (one, other) => {
  expect(await seal.tag(...one)).not.toBe(await seal.tag(...other))
})

describe('a seal with two keys', () => {
  const both = createSeal([old, newest])

  it('still knows tags of the old one', async () => {
    expect(await both.check(await seal.tag(...parts), ...parts)).toBe(true)
  })

  it('tags with the newest, which the old one alone does not know', async () => {
    const tag = await both.tag(...parts)
    expect(tag).toBe(await createSeal([newest]).tag(...parts))
    expect(await seal.check(tag, ...parts)).toBe(false)
  })
})
