import { describe, expect, it } from 'vitest'
import { evaluatePolicy } from '../../src/core/evaluate.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { Preset } from '../../src/core/preset.ts'
import type { BoundClaims, PolicyDraft } from '../../src/core/trust-policy.ts'
import { comparePolicies, type Side, wordsOf } from '../../src/core/widening/compare.ts'
import { githubActions } from '../../src/issuers/github.ts'
import { draftOf } from './policy-draft.ts'

const now = 1_800_000_000

const side = (policy: Partial<PolicyDraft>, preset: Preset | null = null): Side => ({
  policy: { ...draftOf({ sub: 'repo:acme/app' }), ...policy },
  preset,
  usualReplay: 'single_use',
})
const bound = (boundClaims: BoundClaims, preset: Preset | null = null) =>
  side({ boundClaims }, preset)
const compared = (before: Side | null, after: Side | null) =>
  comparePolicies({ before, after, now })
const said = (before: Side | null, after: Side | null) => wordsOf(compared(before, after))
const nothing = { acceptsNow: [], acceptsNoLonger: [] }

const accepted = ({ policy, preset }: Side, claims: JsonObject): boolean =>
  evaluatePolicy({ ...policy, id: 'tp', version: 1 }, { claims, times: [] }, preset).satisfied

describe('what a policy accepts that another does not', () => {
  it('is nothing for the same policy, whatever its name, examples and acknowledgements', () => {
    const policy = bound({ ref: { any_of: ['a', { glob: 'refs/*' }] } })
    const other = { ...policy.policy, name: 'x', acknowledge: ['any_context'] as const }
    expect(said(policy, side(other))).toEqual(nothing)
  })

  it('names each new alternative, with an example that the evaluation accepts', () => {
    const before = bound({ ref: 'refs/heads/main' })
    const after = bound({ ref: { any_of: ['refs/heads/x', { glob: 'refs/tags/v*' }] } })
    expect(said(before, after)).toEqual({
      acceptsNow: [
        'tokens with ref "refs/heads/x"',
        'tokens with ref like refs/tags/v*, for example "refs/tags/v1"',
      ],
      acceptsNoLonger: ['tokens with ref "refs/heads/main"'],
    })
    const { widens } = compared(before, after)
    expect(widens.map(({ member }) => member)).toEqual(['bound_claims.ref', 'bound_claims.ref'])
    for (const { witness } of widens) {
      expect(witness && [accepted(after, witness), accepted(before, witness)]).toEqual([
        true,
        false,
      ])
    }
  })

  it.each([
    ['a narrower glob', { glob: 'refs/**' }, { glob: 'refs/heads/*' }],
    ['a value of a glob', { glob: 'refs/heads/*' }, 'refs/heads/main'],
    ['a glob of a union', { any_of: [{ glob: 'a*' }, { glob: 'b*' }] }, { glob: 'a*x' }],
    ['one more exclusion', { not: 'a' }, { not: { any_of: ['a', 'b'] } }],
    ['a value beside an exclusion', { not: 'a' }, 'b'],
    ['two negations', { not: { not: { any_of: ['a', 'b'] } } }, 'a'],
    ['two stars of one', { glob: 'r*' }, { glob: 'r*a*' }],
    ['one star of two', { glob: '**' }, { any_of: [{ glob: '*' }, { glob: '*/**' }] }],
    ['an element', { present: true }, { contains: 'a' }],
    [
      'elements, all but one',
      { not: { contains: 'a' } },
      { not: { any_of: [{ contains: 'b' }, { contains: 'a' }] } },
    ],
    ['a number', { not: 7 }, 8],
  ] as const)('finds %s no wider, and the other way round wider', (_, wide, narrow) => {
    const [before, after] = [bound({ x: wide }), bound({ x: narrow })]
    const { widens, narrows } = compared(before, after)
    expect(widens).toEqual([])
    expect(narrows.length).toBeGreaterThan(0)
    for (const { witness } of narrows) {
      expect(witness && [accepted(before, witness), accepted(after, witness)]).toEqual([
        true,
        false,
      ])
    }
  })

  it('knows that `not` judges only types that its matcher can judge', () => {
    expect(said(bound({ x: { not: 'a' } }), bound({ x: 7 })).acceptsNow).toEqual([
      'tokens with x 7',
    ])
    const lists = said(bound({ x: { not: 'a' } }), bound({ x: { not: { contains: 'a' } } }))
    expect(lists.acceptsNow).toEqual(['tokens with x anything but a list with "a", for example []'])
    expect(said(bound({ x: 'a' }), bound({ x: { not: { present: true } } })).acceptsNow).toEqual([])
  })

  it('says that a claim is no longer looked at, and what that lets in', () => {
    const before = bound({ sub: 'a', ref: 'b' })
    const after = bound({ sub: 'a' })
    expect(said(before, after)).toEqual({
      acceptsNow: ['tokens with any ref, or none'],
      acceptsNoLonger: [],
    })
    expect(said(after, before).acceptsNoLonger).toEqual(['tokens with any ref, or none'])
  })

  it('is nothing where some other clause can never hold', () => {
    const never = { not: { present: true } } as const
    expect(said(bound({ ref: 'b' }), bound({ ref: { glob: '*' }, x: never }))).toEqual({
      acceptsNow: [],
      acceptsNoLonger: ['tokens with any x, or none'],
    })
  })

  it('takes the two names of a claim for one', () => {
    expect(said(bound({ ref: 'b' }), bound({ '/ref': 'b' }))).toEqual(nothing)
    expect(said(bound({ ref: 'b' }), bound({ ref: 'b', '/ref': 'c' })).acceptsNow).toEqual([])
  })

  it('finds values of nested claims, within what else is asked of the object', () => {
    const before = bound({ '/kubernetes.io': { present: true }, '/kubernetes.io/pod/name': 'a' })
    const after = bound({ '/kubernetes.io': { present: true }, '/kubernetes.io/pod/name': 'b' })
    const { widens } = compared(before, after)
    expect(widens.map(({ witness }) => witness?.['kubernetes.io'])).toEqual([
      { pod: { name: 'b' } },
    ])
  })

  it('does not fear what a gate of the issuer refuses anyway', () => {
    const claims = { repository_id: '1', repository_owner_id: '2', ref: 'refs/heads/main' }
    const gate = githubActions.gates.find(({ kind }) => kind === 'deny')
    const [denied] = gate?.kind === 'deny' ? gate.values : []
    expect(gate).toBeDefined()
    const before = bound({ ...claims, [String(gate?.claim)]: 'push' }, githubActions)
    const after = bound(
      { ...claims, [String(gate?.claim)]: { any_of: ['push', String(denied)] } },
      githubActions,
    )
    expect(said(before, after)).toEqual(nothing)
    expect(said({ ...before, preset: null }, { ...after, preset: null }).acceptsNow).toHaveLength(1)
  })

  it('counts what cannot be worked out within its bound as more', () => {
    const globs = (from: number) =>
      Array.from({ length: 60 }, (_, i) => ({
        glob: `**${String.fromCharCode(97 + (i % 26))}${from + i}**`,
      }))
    const before = bound({ x: { any_of: globs(0) } })
    const after = bound({ x: { not: { any_of: [...globs(7), 'b'] } }, y: 'a' })
    const { narrows, widens } = compared(before, after)
    expect(widens.length).toBeGreaterThan(0)
    expect(narrows.length).toBeGreaterThan(0)
  })
})

describe('what a policy gives beside claims', () => {
  it.each([
    ['another issuer', { issuer: 'https://b.test' }, /issuer "https:\/\/b.test"/],
    ['another audience', { audience: 'https://gw.test/x' }, /audience/],
    ['reuse', { replay: 'reusable' }, /more often: reusable, and not single_use/],
    ['reuse elsewhere', { replay: 'single_use_per_audience' }, /more often/],
    ['a longer life', { maxTokenTtlSeconds: 600 }, /up to 600 seconds, and not 300/],
    ['a life without limit', { maxTokenTtlSeconds: null }, /as long as/],
    ['more scope', { scope: ['a', 'b'] }, /the scope b/],
    ['every scope', { scope: null }, /every scope, and not only a/],
    ['a later end', { expiresAt: now + 10 * 86_400 }, /for 9 days more/],
    ['no end', { expiresAt: null }, /without an end/],
  ] as const)('%s is wider, and back is narrower', (_, change, words) => {
    const before = side({
      maxTokenTtlSeconds: 300,
      scope: ['a'],
      expiresAt: now + 86_400,
      replay: null,
    })
    const after = side({ ...before.policy, ...change })
    const { acceptsNow, acceptsNoLonger } = said(before, after)
    expect(acceptsNow).toEqual([expect.stringMatching(words)])
    expect(said(after, before).acceptsNoLonger).toEqual(acceptsNow)
    const swapped = 'issuer' in change || 'audience' in change
    expect(acceptsNoLonger).toHaveLength(swapped ? 1 : 0)
  })

  it('reuse is what the preset says where the policy does not', () => {
    const usual = { ...side({}), usualReplay: 'reusable' as const }
    expect(said(usual, { ...usual, policy: { ...usual.policy, replay: 'reusable' } })).toEqual(
      nothing,
    )
    expect(said(usual, side({})).acceptsNoLonger).toHaveLength(1)
  })

  it('a policy that is switched on, or expired and prolonged, accepts all of it anew', () => {
    const on = side({})
    const all = said(null, on).acceptsNow
    expect(all).toHaveLength(1)
    expect(all[0]).toMatch(
      /^tokens of "https:.* for "https:.* with sub "repo:acme\/app", each single_use; /,
    )
    expect(all[0]).toMatch(/; what is issued lives up to as long as the account and the API allow$/)
    for (const off of [side({ enabled: false }), side({ expiresAt: now })]) {
      expect(said(off, on).acceptsNow).toEqual(all)
      expect(said(on, off).acceptsNoLonger).toEqual(all)
      expect(said(null, off)).toEqual(nothing)
      expect(said(off, null)).toEqual(nothing)
    }
    expect(said(on, null)).toEqual({ acceptsNow: [], acceptsNoLonger: all })
  })

  it('a policy whose claims were damaged accepts nothing', () => {
    for (const boundClaims of [null, {}, 'x'] as unknown as BoundClaims[]) {
      expect(said(side({ boundClaims }), side({})).acceptsNow).toHaveLength(1)
      expect(said(null, side({ boundClaims }))).toEqual(nothing)
    }
    const unknown = { ref: { regex: '.*' } } as unknown as BoundClaims
    expect(said(null, bound(unknown))).toEqual(nothing)
  })
})
