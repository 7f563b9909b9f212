import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluatePolicy } from '../../src/core/evaluate.ts'
import { globMatches } from '../../src/core/glob.ts'
import type { Json, JsonObject } from '../../src/core/json.ts'
import { lintValues } from '../../src/core/lint/values.ts'
import type { BoundClaims, Matcher } from '../../src/core/trust-policy.ts'
import {
  comparePolicies,
  type Finding,
  type Side,
  sharedPurse,
} from '../../src/core/widening/compare.ts'
import { draftOf } from './policy-draft.ts'

const side = (boundClaims: BoundClaims): Side => ({
  policy: draftOf(boundClaims),
  preset: null,
  usualReplay: 'single_use',
})
const compared = (before: BoundClaims | null, after: BoundClaims | null) =>
  comparePolicies({ before: before && side(before), after: after && side(after), now: 0 })

const accepted = (boundClaims: BoundClaims, claims: JsonObject): boolean => {
  const { issuer, audience } = draftOf({})
  const policy = { id: 'tp', version: 1, name: 'p', issuer, audience, boundClaims }
  const token = { claims: { ...claims, iss: issuer, aud: audience }, times: [] }
  return evaluatePolicy(policy, token, null).satisfied
}

const expectReal = (findings: readonly Finding[], wide: BoundClaims, narrow: BoundClaims) => {
  for (const { witness, words } of findings) {
    expect([words, witness && accepted(wide, witness)]).toEqual([words, true])
    expect([words, witness && accepted(narrow, witness)]).toEqual([words, false])
  }
}

/** Every text over a few letters, up to a length. */
const textsUpTo = (letters: string, length: number): string[] => {
  if (length === 0) return ['']
  const shorter = textsUpTo(letters, length - 1)
  const longest = shorter.filter((text) => text.length === length - 1)
  return [...shorter, ...longest.flatMap((text) => [...letters].map((letter) => text + letter))]
}

const glob = fc
  .array(fc.constantFrom('a', 'b', '/', ':', '*', '**', 'ab'), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes('***'))
const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':'), maxLength: 2 })
const matcherOf = (nesting: number): fc.Arbitrary<Matcher> => {
  const flat: fc.Arbitrary<Matcher>[] = [
    word,
    fc.integer({ min: 1, max: 2 }),
    fc.boolean(),
    glob.map((text) => ({ glob: text })),
    fc.constantFrom('a', 'b', 'c').map((contains) => ({ contains })),
    fc.constant({ present: true }),
  ]
  if (nesting === 0) return fc.oneof(...flat)
  const inner = matcherOf(nesting - 1)
  return fc.oneof(
    ...flat,
    inner.map((not) => ({ not })),
    fc.array(inner, { minLength: 1, maxLength: 3 }).map((any_of) => ({ any_of })),
  )
}
const claims = (names: readonly string[]): fc.Arbitrary<BoundClaims> =>
  fc
    .dictionary(fc.constantFrom(...names), matcherOf(3), { minKeys: 1, maxKeys: 2 })
    .filter((bound) => lintValues(bound).length === 0)

const values: readonly Json[] = [
  ...textsUpTo('ab/:', 4),
  'x\u0000',
  'é',
  ...[0, 1, 2, 3, 1.5],
  ...[true, false, null],
  ...[[], ['a'], ['b'], ['a', 'b'], ['a', 'c'], ['a', 'b', 'c'], ['z'], ['a', 1], ['a\u0000']],
  {},
  { a: 'b' },
]
const few: readonly Json[] = [null, '', 'a', 'b', 'ab', 'a/b', ':', 1, 3, true, ['a'], [], {}]

describe('the comparison against all values of a small world', () => {
  it('of one claim: finds every widening, and only what is one', () => {
    const property = fc.property(claims(['x']), claims(['x']), (before, after) => {
      const { widens, narrows } = compared(before, after)
      const added = values.some((x) => accepted(after, { x }) && !accepted(before, { x }))
      if (added) expect(widens).not.toEqual([])
      expectReal(widens, after, before)
      expectReal(narrows, before, after)
    })
    fc.assert(property, { numRuns: 2000 })
  })

  it('of two claims: finds every widening, and only what is one', () => {
    const property = fc.property(claims(['x', 'y']), claims(['x', 'y']), (before, after) => {
      const { widens, narrows } = compared(before, after)
      for (const x of few) {
        for (const y of few) {
          const token = { x, y }
          if (!accepted(after, token) || accepted(before, token)) continue
          expect([token, widens.length]).not.toEqual([token, 0])
        }
      }
      expectReal(widens, after, before)
      expectReal(narrows, before, after)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('of claims inside each other: never takes a widening for none', () => {
    const names = ['x', '/x', '/x/a', '/x/a/b']
    const objects: readonly Json[] = [
      ...few,
      ...few.map((a) => ({ a })),
      ...few.map((b) => ({ a: { b } })),
    ]
    const property = fc.property(claims(names), claims(names), (before, after) => {
      const { widens, narrows } = compared(before, after)
      const added = objects.some((x) => accepted(after, { x }) && !accepted(before, { x }))
      if (added) expect(widens).not.toEqual([])
      const real = (findings: readonly Finding[]) => findings.filter(({ witness }) => witness)
      expectReal(real(widens), after, before)
      expectReal(real(narrows), before, after)
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('with nothing: a policy is new if and only if it accepts some token', () => {
    const property = fc.property(claims(['x']), (after) => {
      const { widens, narrows } = compared(null, after)
      expect(narrows).toEqual([])
      if (values.some((x) => accepted(after, { x }))) expect(widens).toHaveLength(1)
      for (const { witness } of widens) expect(witness && accepted(after, witness)).toBe(true)
    })
    fc.assert(property, { numRuns: 500 })
  })
})

describe('the inclusion of globs', () => {
  const texts = textsUpTo('ab/:', 6)

  it('is what listing all short texts says', () => {
    const unions = fc.array(glob, { minLength: 1, maxLength: 4 })
    const property = fc.property(glob, unions, (one, others) => {
      const any_of = others.map((each) => ({ glob: each }))
      const { widens } = compared({ x: { any_of } }, { x: { glob: one } })
      const outside = (text: string) =>
        globMatches(one, text) && !others.some((each) => globMatches(each, text))
      if (texts.some(outside)) expect(widens).toHaveLength(1)
      for (const { witness } of widens) expect(outside(String(witness?.x))).toBe(true)
    })
    fc.assert(property, { numRuns: 1000 })
  })
})

describe('the cost of a comparison', () => {
  const longGlob = fc
    .array(fc.constantFrom('a', 'b', '/', '*', '**', 'aa', 'ab', 'é', '😀'), { maxLength: 250 })
    .map((parts) => parts.join('').slice(0, 250))
    .filter((text) => text.split(/\*+/).length <= 9 && !text.includes('***'))
  const long = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 900, maxLength: 1024 }),
    longGlob.map((text): Matcher => ({ glob: text })),
    fc.constantFrom('a', 'b', 'c').map((contains): Matcher => ({ contains })),
  )
  const many = fc.array(long, { minLength: 20, maxLength: 60 })
  const shape = fc.constantFrom<(any_of: Matcher[]) => Matcher>(
    (any_of) => ({ any_of }),
    (any_of) => ({ not: { any_of } }),
    (any_of) => ({ not: { any_of: any_of.map((each) => ({ not: each })) } }),
  )
  const large = fc.tuple(many, shape).map(([list, wrap]): BoundClaims => ({ x: wrap(list) }))

  it('is bounded for all that may be saved: every comparison ends, and says so when in doubt', () => {
    const property = fc.property(large, large, (before, after) => {
      expect(lintValues(before)).toEqual([])
      const { widens, narrows } = compared(before, after)
      for (const { witness, words } of [...widens, ...narrows]) {
        expect(witness !== null || words.startsWith('perhaps ')).toBe(true)
      }
    })
    fc.assert(property, { numRuns: 60 })
  })

  it('is bounded for a whole document: beyond its purse nothing is called no wider', () => {
    const globs = (tail: string) =>
      Array.from({ length: 60 }, (_, i) => ({
        glob: `refs/${'*a'.repeat(7)}${'a'.repeat(200)}${i}${tail}`,
      }))
    const before = side({ x: { any_of: globs('') } })
    const after = side({ x: { any_of: globs('z') } })
    const [purse, full] = [sharedPurse(), sharedPurse().left]
    const one = { ...sharedPurse() }
    comparePolicies({ before, after, now: 0, purse: one })
    expect(full - one.left).toBeLessThanOrEqual(full / 10 + 500)
    for (let each = 0; each < 40; each += 1) {
      const { widens, narrows } = comparePolicies({ before, after, now: 0, purse })
      expect([...widens, ...narrows].map(({ words }) => words.slice(0, 7))).toEqual(
        Array.from({ length: 120 }, () => 'perhaps'),
      )
    }
    expect(purse.left).toBeLessThanOrEqual(0)
    // No dearer than the purse: each overdraws it by one step at most, and what is over spends nothing.
    expect(purse.left).toBeGreaterThan(-full / 10)
    const wide = side({ x: { glob: '*' } })
    const { widens } = comparePolicies({ before: side({ x: 'a' }), after: wide, now: 0, purse })
    expect(widens.map(({ words }) => words)).toEqual(['perhaps tokens with x like *'])
    const same = comparePolicies({ before, after: before, now: 0, purse })
    expect(same).toEqual({ widens: [], narrows: [] })
  })
})
