import { describe, expect, it } from 'vitest'
import { readRefusal } from '../../src/pipeline/refusal.ts'
import { errors } from '../../src/pipeline/words/errors.ts'
import { reasons } from '../../src/pipeline/words/reasons.ts'
import { refusalInWords } from '../../src/pipeline/words/refusal-in-words.ts'
import type { RefusalFacts } from '../../src/pipeline/words/row.ts'

const facts = (body: Record<string, unknown>, more: Partial<RefusalFacts> = {}): RefusalFacts => {
  const refusal = readRefusal(400, { error: 'invalid_request', decision_id: 'dec_1', ...body })
  if (refusal === null) throw new Error('not a refusal')
  return {
    refusal,
    url: 'https://gateway.test',
    clientId: 'cli_x',
    ownClaims: { aud: 'https://other.test', iat: 100, exp: 400 },
    renewable: true,
    answerLost: false,
    ...more,
  }
}

const refused = { error_description: 'subject token refused' }

// What the gateway says, what is said first, what is said next, and the code.
const table: readonly [string, RefusalFacts, string, string, string][] = [
  [
    'a mismatch names the claims',
    facts({ reason: 'policy_mismatch', failed_claims: [{ claim: 'ref', actual: 'x' }] }),
    'No trust policy accepts this job. Missed: ref',
    'gatehouse decisions show dec_1',
    'denied',
  ],
  [
    'another audience is told with its value',
    facts({ reason: 'audience_mismatch' }),
    'was issued for "https://other.test"',
    'the audience https://gateway.test',
    'denied',
  ],
  [
    'a spent token of a platform that gives more',
    facts({ reason: 'assertion_reused' }),
    'This identity token was already exchanged',
    'a new identity token for each exchange',
    'denied',
  ],
  [
    'a spent token of a platform that gives one',
    facts({ reason: 'assertion_reused' }, { renewable: false }),
    'already exchanged',
    'keep the first access token for the whole job',
    'denied',
  ],
  [
    'a token that was spent by an attempt whose answer got lost',
    facts({ reason: 'assertion_reused' }, { renewable: false, answerLost: true }),
    'the answer to an earlier attempt got lost',
    'run the job again',
    'denied',
  ],
  [
    'an expired token, with its life',
    facts({ reason: 'assertion_expired' }, { renewable: false }),
    'has expired (its life: 5 min)',
    'run the job again',
    'denied',
  ],
  ['an old token', facts({ reason: 'assertion_too_old' }), 'older than', 'early', 'denied'],
  ['a clock', facts({ reason: 'assertion_not_yet_valid' }), 'a clock is wrong', 'NTP', 'denied'],
  [
    'a stranger learns no more',
    facts(refused),
    'tells a stranger no more than that',
    'pins this repository or project by id',
    'denied',
  ],
  ['the JWT bearer grant', facts({ error: 'invalid_grant' }), 'stranger', 'policy', 'denied'],
  [
    'a wrong secret',
    facts({ error: 'invalid_client' }),
    'credential of cli_x',
    'log in again',
    'refused',
  ],
  [
    'no audience',
    facts({ error: 'invalid_target' }),
    'expected an audience',
    '--audience',
    'denied',
  ],
  [
    'an unknown audience',
    facts({ error: 'invalid_target' }, { audience: 'https://api.test' }),
    'no API "https://api.test"',
    'roles',
    'denied',
  ],
  ['too much', facts({ error: 'invalid_scope' }), 'does not hold', 'fewer scopes', 'denied'],
  ['a grant', facts({ error: 'unauthorized_client' }), 'not enabled', 'decisions', 'denied'],
  [
    'a malformed request',
    facts({ error_description: 'client_id is required' }),
    'client_id is required',
    'check the values',
    'refused',
  ],
  ['a word of tomorrow', facts({ error: 'use_dpop_nonce' }), 'use_dpop_nonce', 'dec_1', 'refused'],
  ['an inherited name', facts({ reason: 'constructor', ...refused }), 'stranger', 'id', 'denied'],
]

describe('the words about a refusal', () => {
  it.each(table)('%s', (_, given, message, next, code) => {
    const failure = refusalInWords(given)
    expect(failure.message).toContain(message)
    expect(failure.next).toContain(next)
    expect([failure.code, failure.decisionId]).toEqual([code, 'dec_1'])
  })

  it('are there for every reason that the gateway gives, in one line each', () => {
    const earned = ['expired', 'not_yet_valid', 'too_old', 'reused'].map((it) => `assertion_${it}`)
    const all = [...earned, 'audience_mismatch', 'policy_mismatch'].toSorted()
    expect(Object.keys(reasons).toSorted()).toEqual(all)
    for (const row of [...Object.values(reasons), ...Object.values(errors)]) {
      expect(row.message(facts({}))).not.toContain('\n')
    }
  })

  it('hold nothing that a runner or a terminal would obey, and no token', () => {
    const description = 'x\n::set-output name=a::b\u001b[2J'
    const claims = [
      { claim: 'ref\n::error::', actual: 'eyJhbGciOiJub25lIn0.e30.sig' },
      7,
      { claim: 1 },
    ]
    const refusal = readRefusal(400, {
      error: 'a b\n::c',
      error_description: description,
      failed_claims: claims,
    })
    expect(refusal).toBeNull()
    const failure = refusalInWords(
      facts({ error: 'odd', error_description: description, failed_claims: claims }),
    )
    expect(failure.message).not.toContain('\n')
    expect(failure.message).not.toContain('\u001b')
    expect(failure.failedClaims).toEqual([{ claim: 'ref\n::error::', actual: '[redacted]' }])
  })
})
