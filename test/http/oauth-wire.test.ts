import { describe, expect, it } from 'vitest'
import { clientRefused, type Denial, type RequestFault } from '../../src/core/denial.ts'
import type { EarnedDetail } from '../../src/core/earned-detail.ts'
import { Unavailable } from '../../src/core/unavailable.ts'
import { denialToWire, httpFaultToWire, outageToWire } from '../../src/http/oauth-wire.ts'
import { rows } from '../support/rows.ts'

const decisionId = 'dec_0123456789abcdefghjkmnpqrs'
// Records, so that a new arm of either union does not compile until it stands here.
const denials: { readonly [R in Denial['reason']]: readonly [Denial, number, string] } = {
  invalid_request: [
    { reason: 'invalid_request', fault: 'missing_grant_type' },
    400,
    'invalid_request',
  ],
  unsupported_grant_type: [{ reason: 'unsupported_grant_type' }, 400, 'unsupported_grant_type'],
  client_refused: [clientRefused('wrong_secret'), 401, 'invalid_client'],
  subject_token_refused: [
    { reason: 'subject_token_refused', fault: 'signature', earned: null },
    400,
    'invalid_grant',
  ],
  invalid_dpop_proof: [
    { reason: 'invalid_dpop_proof', fault: 'proof_reused' },
    400,
    'invalid_dpop_proof',
  ],
  bearer_refused: [{ reason: 'bearer_refused', fault: 'bearer_token' }, 401, 'invalid_token'],
  invalid_target: [{ reason: 'invalid_target' }, 400, 'invalid_target'],
  invalid_scope: [{ reason: 'invalid_scope' }, 400, 'invalid_scope'],
  unauthorized_client: [{ reason: 'unauthorized_client' }, 400, 'unauthorized_client'],
  rate_limited: [{ reason: 'rate_limited', retryAfterSeconds: 60 }, 429, 'temporarily_unavailable'],
  over_ceiling: [{ reason: 'over_ceiling', retryAfterSeconds: 60 }, 429, 'temporarily_unavailable'],
}
const faults: { readonly [F in RequestFault]: true } = {
  missing_grant_type: true,
  missing_client_id: true,
  missing_subject_token: true,
  missing_assertion: true,
  missing_token: true,
  missing_pairing_code: true,
  feed_audience: true,
  subject_token_type: true,
  requested_token_type: true,
  actor_token: true,
  repeated_parameter: true,
  query_parameter: true,
  too_many_parameters: true,
  malformed_form: true,
  two_credentials: true,
  conflicting_client_id: true,
  client_assertion_type: true,
}
const faultNames = Object.keys(faults) as RequestFault[]

// RFC 6749, section 5.2: %x20-21 / %x23-5B / %x5D-7E.
const printable = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/
const members = ['decision_id', 'error', 'error_description']

describe.each(Object.values(denials))('%j', (denial, status, error) => {
  const wire = denialToWire(denial, 'invalid_grant', decisionId)

  it(`is ${status} ${error}`, () => {
    expect([wire.status, wire.body.error, wire.body.decision_id]).toEqual([
      status,
      error,
      decisionId,
    ])
  })

  it('has exactly the documented members', () => {
    expect(Object.keys(wire.body).sort()).toEqual(members)
  })

  it('is described in printable ASCII', () => {
    expect(wire.body.error_description).toMatch(printable)
  })
})

describe('a fault of the request', () => {
  const wireOf = (fault: RequestFault) =>
    denialToWire({ reason: 'invalid_request', fault }, 'invalid_grant', decisionId)

  it.each(rows(faultNames))('%s is invalid_request, described in printable ASCII', (fault) => {
    const { status, headers, body } = wireOf(fault)
    expect([status, headers, body.error]).toEqual([400, {}, 'invalid_request'])
    expect(body.error_description).toMatch(printable)
    expect(Object.keys(body).sort()).toEqual(members)
  })

  it('has a description of its own for each', () => {
    const descriptions = faultNames.map((fault) => wireOf(fault).body.error_description)
    expect(new Set(descriptions).size).toBe(faultNames.length)
  })
})

describe('a refused outside token', () => {
  const refused = (earned: EarnedDetail | null) =>
    denialToWire(
      { reason: 'subject_token_refused', fault: 'no_policy_matched', earned },
      'invalid_request',
      decisionId,
    )

  it.each(['invalid_request', 'invalid_grant'] as const)('is %s in that dialect', (refusedAs) => {
    const [denial] = denials.subject_token_refused
    expect(denialToWire(denial, refusedAs, decisionId).body).toEqual({
      error: refusedAs,
      error_description: 'subject token refused',
      decision_id: decisionId,
    })
  })

  it.each([
    'signature',
    'unknown_account',
    'disabled',
    'no_policy',
    'reused',
    'exp_missing',
  ] as const)('looks the same for %s', (fault) => {
    const denial: Denial = { reason: 'subject_token_refused', fault, earned: null }
    expect(denialToWire(denial, 'invalid_request', decisionId)).toEqual(refused(null))
  })

  it.each([
    'assertion_expired',
    'assertion_not_yet_valid',
    'assertion_too_old',
    'assertion_reused',
    'audience_mismatch',
  ] as const)('that earned it hears %s beside the refusal', (reason) => {
    expect(refused({ reason }).body).toEqual({ ...refused(null).body, reason })
  })

  it('that earned it hears which claims failed, with its own values', () => {
    const failedClaims = [
      { claim: 'ref', actual: 'refs/heads/x' },
      { claim: 'environment', actual: null },
    ]
    expect(refused({ reason: 'policy_mismatch', failedClaims }).body).toEqual({
      ...refused(null).body,
      reason: 'policy_mismatch',
      failed_claims: failedClaims,
    })
  })
})

describe('a refused client', () => {
  it.each([
    'unknown_client',
    'disabled',
    'suspended',
    'wrong_secret',
    'expired_secret',
    'credentials_off',
    'no_credential',
    'malformed_credential',
    'unregistered_method',
    'unsupported_assertion',
    'assertion_reused',
    'signature',
    'no_policy',
  ] as const)('looks the same for %s, with a challenge', (fault) => {
    expect(denialToWire(clientRefused(fault), 'invalid_grant', decisionId)).toEqual({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Basic realm="[^"]+"/) },
      body: {
        error: 'invalid_client',
        error_description: 'client authentication failed',
        decision_id: decisionId,
      },
    })
  })
})

it.each([
  ['client', 'rate_limited'],
  ['tenant', 'over_ceiling'],
] as const)('a limited %s hears when to come back', (_, name) => {
  const [denial] = denials[name]
  expect(denialToWire(denial, 'invalid_request', decisionId).headers).toEqual({
    'retry-after': '60',
  })
})

describe('a fault of HTTP', () => {
  it.each([
    [405, { allow: 'POST' }],
    [413, {}],
    [415, {}],
  ] as const)('%i is invalid_request, described in printable ASCII', (status, headers) => {
    const wire = httpFaultToWire(status, decisionId)
    expect([wire.status, wire.headers]).toEqual([status, headers])
    expect(wire.body).toEqual({
      error: 'invalid_request',
      error_description: expect.stringMatching(printable),
      decision_id: decisionId,
    })
  })
})

describe('an outage', () => {
  it.each([
    ['of a dependency', new Unavailable('database', 'the password is hunter2', 7), '7'],
    ['of nothing in particular', null, '30'],
  ])('%s says when to come back and nothing else', (_, outage, retryAfter) => {
    const wire = outageToWire(outage, decisionId)
    expect([wire.status, wire.headers]).toEqual([503, { 'retry-after': retryAfter }])
    expect(wire.body).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.stringMatching(printable),
      decision_id: decisionId,
    })
    expect(wire.body.error_description).not.toContain('hunter2')
  })
})
