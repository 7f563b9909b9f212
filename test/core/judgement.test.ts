import { describe, expect, it } from 'vitest'
import type { AccountConfig, AccountPolicy, Issuer } from '../../src/core/account-config.ts'
import type { JsonObject } from '../../src/core/json.ts'
import {
  type Bench,
  grantJudged,
  judgeClaims,
  refuseJudged,
  replayMode,
  seatBench,
} from '../../src/core/judgement.ts'
import type { Preset } from '../../src/core/preset.ts'
import type { Wanted } from '../../src/core/target.ts'
import { githubActions } from '../../src/issuers/github.ts'
import { account, api, binding, configWith, issuer, policy } from './account-config.ts'

const now = 1_800_000_000
const presets = new Map<string, Preset>([[githubActions.id, githubActions]])
const seat = (config: AccountConfig, url: string | undefined = issuer.issuer) =>
  seatBench(config, url, { now, presets })
const benchOf = (...policies: AccountPolicy[]): Bench => ({
  account,
  issuer,
  preset: null,
  policies: policies.length === 0 ? [policy] : policies,
})
const claims: JsonObject = {
  iss: issuer.issuer,
  aud: policy.audience,
  sub: 'repo:acme/app:ref:refs/heads/main',
  ref: 'refs/heads/main',
  iat: now,
  exp: now + 300,
}
const judged = (bench: Bench, changes: JsonObject = {}) => {
  const result = judgeClaims(bench, { ...claims, ...changes }, now)
  if (!result.ok) throw new Error(result.error)
  return result.value
}

describe('seatBench', () => {
  const withIssuer = (changes: Partial<Issuer>) =>
    configWith({ issuers: [{ ...issuer, ...changes }] })
  const withPolicy = (changes: Partial<AccountPolicy>) =>
    configWith({ policies: [{ ...policy, ...changes }] })

  it('seats the account, its issuer and its policies', () => {
    expect(seat(configWith())).toEqual({
      ok: true,
      value: { account, issuer, preset: null, policies: [policy] },
    })
  })

  it('seats the preset of the issuer', () => {
    const bench = seat(withIssuer({ preset: githubActions.id }))
    expect(bench.ok && bench.value.preset).toBe(githubActions)
  })

  it.each<[string, AccountConfig, string]>([
    ['an unknown account', configWith({ account: null }), 'unknown_account'],
    ['a disabled account', configWith({ account: { ...account, enabled: false } }), 'disabled'],
    ['a suspended namespace', configWith({ namespaceEnabled: false }), 'suspended'],
    ['no issuer', configWith({ issuers: [] }), 'unknown_issuer'],
    ['a disabled issuer', withIssuer({ enabled: false }), 'unknown_issuer'],
    ['an issuer with a slash more', withIssuer({ issuer: `${issuer.issuer}/` }), 'unknown_issuer'],
    ['a preset that is not known', withIssuer({ preset: 'of-the-future' }), 'unknown_issuer'],
    ['an inherited name as preset', withIssuer({ preset: 'constructor' }), 'unknown_issuer'],
    ['no policy', configWith({ policies: [] }), 'no_policy'],
    ['a disabled policy', withPolicy({ enabled: false }), 'no_policy'],
    ['a policy that expired', withPolicy({ expiresAt: now - 1 }), 'no_policy'],
    ['a policy that expires now', withPolicy({ expiresAt: now }), 'no_policy'],
    ['a policy for another issuer', withPolicy({ issuer: 'https://b.test' }), 'no_policy'],
  ])('refuses %s', (_, config, error) => {
    expect(seat(config)).toEqual({ ok: false, error })
  })

  it.each([
    ['another', 'https://issuer-b.test'],
    ['none', undefined],
    ['in capitals', 'HTTPS://ISSUER-A.TEST'],
    ['empty', ''],
  ])('refuses a token whose issuer is %s', (_, url) => {
    // A default parameter would turn undefined into the good one.
    expect(seatBench(configWith(), url, { now, presets })).toEqual({
      ok: false,
      error: 'unknown_issuer',
    })
  })

  it('keeps a policy until it expires', () => {
    expect(seat(withPolicy({ expiresAt: now + 1 })).ok).toBe(true)
  })

  it('leaves out policies that do not count and keeps the order of the others', () => {
    const named = (id: string, changes: Partial<AccountPolicy> = {}) => ({
      ...policy,
      id,
      ...changes,
    })
    const policies = [
      named('tp_b'),
      named('tp_off', { enabled: false }),
      named('tp_a'),
      named('tp_other', { issuer: 'https://b.test' }),
    ]
    const bench = seat(configWith({ policies }))
    expect(bench.ok && bench.value.policies.map(({ id }) => id)).toEqual(['tp_b', 'tp_a'])
  })
})

describe('replayMode', () => {
  const preset: Preset = { ...githubActions, replay: 'single_use_per_audience' }

  it.each([
    ['the policy before all', 'reusable', 'single_use', preset, 'reusable'],
    ['the issuer without a word of the policy', null, 'reusable', preset, 'reusable'],
    ['the preset without a word of either', null, null, preset, 'single_use_per_audience'],
    ['single use where nobody says', null, null, null, 'single_use'],
    ['a stricter policy than its preset', 'single_use', null, preset, 'single_use'],
  ] as const)('takes %s', (_, ofPolicy, ofIssuer, preset, mode) => {
    const bench = { ...benchOf(), preset, issuer: { ...issuer, replay: ofIssuer } }
    expect(replayMode({ ...policy, replay: ofPolicy }, bench)).toBe(mode)
  })
})

describe('judgeClaims', () => {
  it.each<[string, JsonObject, string]>([
    ['an empty subject', { sub: '' }, 'sub_invalid'],
    ['a jti with a space', { jti: 'a b' }, 'jti_invalid'],
    ['an expiry that is no number', { exp: '1800000300' }, 'exp_invalid'],
  ])('refuses %s', (_, changes, error) => {
    expect(judgeClaims(benchOf(), { ...claims, ...changes }, now)).toEqual({ ok: false, error })
  })

  it('requires iat', () => {
    const { iat: _, ...rest } = claims
    expect(judgeClaims(benchOf(), rest, now)).toEqual({ ok: false, error: 'iat_missing' })
  })

  it('traces every policy, in their order', () => {
    const tags = { ...policy, id: 'tp_tags', boundClaims: { ref: { glob: 'refs/tags/v*' } } }
    const { traces } = judged(benchOf(tags, policy))
    expect(traces.map(({ id, satisfied }) => [id, satisfied])).toEqual([
      ['tp_tags', false],
      ['tp_main', true],
    ])
  })

  it('allows the age that the issuer does, to the second', () => {
    const bench = { ...benchOf(), issuer: { ...issuer, maxTokenAgeSeconds: 100 } }
    const reasonAt = (iat: number) => judged(bench, { iat }).times.timeReason
    expect([reasonAt(now - 100), reasonAt(now - 101)]).toEqual([null, 'assertion_too_old'])
  })

  it('allows a lifetime of a day, whatever age the issuer allows', () => {
    const bench = { ...benchOf(), issuer: { ...issuer, maxTokenAgeSeconds: 100 } }
    const reasonOf = (life: number) => judged(bench, { exp: now + life }).times.timeReason
    expect([reasonOf(86_400), reasonOf(86_401)]).toEqual([null, 'assertion_too_old'])
  })
})

describe('refuseJudged', () => {
  const anchored = benchOf({ ...policy, boundClaims: { sub: String(claims.sub), ref: 'x' } })

  it('says nothing to a token that shows no identity', () => {
    expect(refuseJudged(judged(benchOf(), { ref: 'refs/heads/x' }), false)).toEqual({
      reason: 'subject_token_refused',
      fault: 'no_policy_matched',
      earned: null,
    })
  })

  it('names the failed claims to a token of the pinned subject', () => {
    expect(refuseJudged(judged(anchored), false)).toEqual({
      reason: 'subject_token_refused',
      fault: 'no_policy_matched',
      earned: {
        reason: 'policy_mismatch',
        failedClaims: [{ claim: 'ref', actual: 'refs/heads/main' }],
      },
    })
  })

  it('says of a spent token that it was used', () => {
    const own = benchOf({ ...policy, boundClaims: { sub: String(claims.sub) } })
    expect(refuseJudged(judged(own), true)).toEqual({
      reason: 'subject_token_refused',
      fault: 'reused',
      earned: { reason: 'assertion_reused' },
    })
  })
})

describe('grantJudged', () => {
  const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
  const anything: Wanted = { resource: null, audience: null, scope: null }
  const write: Wanted = { ...anything, scope: ['deploy:write'] }
  const named = (id: string, changes: Partial<AccountPolicy> = {}): AccountPolicy => ({
    ...policy,
    id,
    ...changes,
  })
  const grant = (policies: AccountPolicy[], wanted = anything, config = configWith()) =>
    grantJudged(config, judged(benchOf(...policies)), { wanted, grantType })
  const chosen = (policies: AccountPolicy[], wanted = anything) => {
    const verdicts = grant(policies, wanted)
    return verdicts.ok ? verdicts.value.policy.id : verdicts.error.reason
  }
  const unsatisfied = { boundClaims: { ref: 'refs/heads/x' } }

  it('gives the policy, the target and what is granted there', () => {
    expect(grant([policy], write)).toEqual({
      ok: true,
      value: { policy, target: api, granted: new Map([['deploy:write', ['/acme/payments']]]) },
    })
  })

  it.each<[string, AccountPolicy[], Wanted, string]>([
    ['the oldest', [named('tp_1'), named('tp_2')], anything, 'tp_1'],
    ['the oldest satisfied', [named('tp_1', unsatisfied), named('tp_2')], anything, 'tp_2'],
    [
      'the oldest that covers the scope',
      [named('tp_1', { scope: ['deploy:read'] }), named('tp_2')],
      write,
      'tp_2',
    ],
    [
      'the oldest, covering or not, where no scope is asked',
      [named('tp_1', { scope: ['deploy:read'] }), named('tp_2')],
      anything,
      'tp_1',
    ],
    [
      'a satisfied one before one that only covers',
      [named('tp_1', { ...unsatisfied, scope: ['deploy:write'] }), named('tp_2')],
      write,
      'tp_2',
    ],
    [
      'none whose halves only cover together',
      [named('tp_1', { scope: ['deploy:read'] }), named('tp_2', { scope: ['deploy:write'] })],
      { ...anything, scope: ['deploy:read', 'deploy:write'] },
      'invalid_scope',
    ],
    ['none that covers', [named('tp_1', { scope: ['deploy:read'] })], write, 'invalid_scope'],
    ['none that is satisfied', [named('tp_1', unsatisfied)], anything, 'invalid_scope'],
  ])('chooses %s', (_, policies, wanted, expected) => {
    expect(chosen(policies, wanted)).toBe(expected)
  })

  it('grants the scope of the chosen policy and of no other', () => {
    const verdicts = grant([named('tp_1', { scope: ['deploy:read'] }), named('tp_2')])
    expect(verdicts.ok && [...verdicts.value.granted.keys()]).toEqual(['deploy:read'])
  })

  it('refuses more than the account holds, whatever the policy covers', () => {
    const config = configWith({ bindings: [{ ...binding, permissions: ['deploy:read'] }] })
    expect(grant([policy], write, config)).toEqual({
      ok: false,
      error: { reason: 'invalid_scope' },
    })
  })

  it('does not try the next policy where the oldest gives nothing that is held', () => {
    const policies = [named('tp_1', { scope: ['other'] }), named('tp_2')]
    expect(chosen(policies)).toBe('invalid_scope')
  })

  describe('of several refusals says the first', () => {
    const noGrants: AccountConfig = configWith({ bindings: [] })
    const off = { ...account, grantTypes: ['client_credentials'] }
    const tooMuch: Wanted = { ...anything, scope: ['other'] }
    const grantOff = (config: AccountConfig) => {
      const bench = { ...benchOf(), account: off }
      return grantJudged({ ...config, account: off }, judged(bench), { wanted: tooMuch, grantType })
    }

    it('the grant is not enabled', () => {
      expect(grantOff(noGrants)).toEqual({ ok: false, error: { reason: 'unauthorized_client' } })
    })

    it('then the target', () => {
      expect(grant([policy], tooMuch, noGrants)).toEqual({
        ok: false,
        error: { reason: 'invalid_target' },
      })
    })

    it('then the scope', () => {
      expect(grant([policy], tooMuch)).toEqual({ ok: false, error: { reason: 'invalid_scope' } })
    })
  })
})
