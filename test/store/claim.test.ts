import { describe, expect, it } from 'vitest'
import {
  type ClaimConditions,
  claim,
  type IssueRecord,
  releaseClaim,
} from '../../src/store/exchange/claim.ts'
import { row, useDatabase } from './database.ts'
import { account, madeAt, tree } from './tree.ts'

const database = useDatabase(
  ...tree,
  account('sa_1'),
  "UPDATE signing_keys SET kid = 'kid_1'",
  "UPDATE namespaces SET config_version = 3 WHERE id = 'ns_root'",
)

const record = (id: string, changes: Partial<IssueRecord> = {}): IssueRecord => ({
  id,
  at: madeAt,
  grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
  serviceAccountId: 'sa_1',
  clientId: 'cli_1',
  namespaceId: 'ns_payments',
  resourceServerId: 'rs_api',
  audience: 'https://rs_api.test',
  scope: 'deploy:write',
  tokenJti: `jti-of-${id}`,
  tokenExpiresAt: 1_800_000_600,
  policyId: 'tp_1',
  policyVersion: 3,
  claims: '{}',
  policies: '[]',
  credentialId: null,
  assertionIdentity: null,
  proofIdentity: null,
  issuer: 'https://iss_a.test',
  provenance: '{}',
  tokenIdentity: 'token_1',
  slot: '',
  rememberUntil: 1_800_000_390,
  ...changes,
})
const conditions: ClaimConditions = {
  tenantId: 'ns_acme',
  versions: { tenant: 7, root: 3 },
  kid: 'kid_1',
  spentBy: 'any_issue',
  ceiling: null,
}

type Mode = 'single_use' | 'single_use_per_audience' | 'reusable'
// As the hall of machines claims: slot and condition go with the policy's replay mode.
const modes = {
  single_use: { spentBy: 'any_issue', slot: () => '' },
  single_use_per_audience: {
    spentBy: 'same_target',
    slot: ({ serviceAccountId, resourceServerId }: IssueRecord) =>
      `${serviceAccountId} ${resourceServerId}`,
  },
  reusable: { spentBy: null, slot: ({ id }: IssueRecord) => id },
} as const
const claimAs = (mode: Mode, id: string, changes: Partial<IssueRecord> = {}) => {
  const { spentBy, slot } = modes[mode]
  const plain = record(id, changes)
  return claim(database().db, { ...plain, slot: slot(plain) }, { ...conditions, spentBy })
}
/** The decisions that issued a token. */
const recorded = async () =>
  (await database().read("SELECT id FROM decisions WHERE outcome = 'issued' ORDER BY id")).map(
    ({ id }) => id,
  )
const refuse = (id: string) =>
  database().write(
    row('decisions', {
      id,
      at: madeAt,
      outcome: 'refused',
      reason: 'no_policy_matched',
      grant_type: 'client_credentials',
      service_account_id: 'sa_1',
      client_id: 'cli_1',
      namespace_id: 'ns_payments',
    }),
  )

describe('a claim', () => {
  it('records the decision, whole', async () => {
    expect(await claimAs('single_use', 'dec_1')).toBe(true)
    expect(await database().read('SELECT * FROM decisions')).toMatchObject([
      {
        id: 'dec_1',
        at: madeAt,
        outcome: 'issued',
        reason: null,
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        service_account_id: 'sa_1',
        client_id: 'cli_1',
        namespace_id: 'ns_payments',
        resource_server_id: 'rs_api',
        audience: 'https://rs_api.test',
        scope: 'deploy:write',
        token_jti: 'jti-of-dec_1',
        token_expires_at: 1_800_000_600,
        policy_id: 'tp_1',
        policy_version: 3,
        claims: '{}',
        policies: '[]',
        token_identity: 'token_1',
        slot: '',
        remember_until: 1_800_000_390,
        omitted: 0,
      },
    ])
  })

  it('is one round trip', async () => {
    await claimAs('single_use', 'dec_1')
    expect(database().requests()).toBe(1)
  })

  it('without an outside token is only recorded, however often', async () => {
    const client = { tokenIdentity: null, slot: null, rememberUntil: null }
    const claims = ['dec_1', 'dec_2'].map((id) =>
      claim(database().db, record(id, client), { ...conditions, spentBy: null }),
    )
    expect(await Promise.all(claims)).toEqual([true, true])
    expect(await recorded()).toEqual(['dec_1', 'dec_2'])
  })
})

describe('of 50 at once', () => {
  const at50 = (mode: Mode, changes: (i: number) => Partial<IssueRecord> = () => ({})) =>
    Promise.all(Array.from({ length: 50 }, (_, i) => claimAs(mode, `dec_${i}`, changes(i))))
  const won = (outcomes: readonly unknown[]) => outcomes.filter(Boolean).length

  it('one wins under single_use', async () => {
    const outcomes = await at50('single_use')
    expect(won(outcomes)).toBe(1)
    expect(await recorded()).toEqual([`dec_${outcomes.indexOf(true)}`])
  })

  it('one wins under single_use, whichever account and API they are for', async () => {
    const outcomes = await at50('single_use', (i) => ({
      serviceAccountId: `sa_${i}`,
      resourceServerId: `rs_${i}`,
    }))
    expect(won(outcomes)).toBe(1)
    expect(await recorded()).toHaveLength(1)
  })

  it('one per account and API wins under single_use_per_audience', async () => {
    const outcomes = await at50('single_use_per_audience', (i) => ({
      serviceAccountId: `sa_${i % 2}`,
      resourceServerId: i % 4 < 2 ? 'rs_api' : 'rs_other',
    }))
    expect(won(outcomes)).toBe(4)
    expect(await recorded()).toHaveLength(4)
  })

  it('all win under reusable, and all are recorded', async () => {
    expect(won(await at50('reusable'))).toBe(50)
    expect(await recorded()).toHaveLength(50)
  })

  it('all retries of one decision win, and there is one record', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => claimAs('single_use', 'dec_1')),
    )
    expect(won(outcomes)).toBe(50)
    expect(await recorded()).toEqual(['dec_1'])
  })
})

describe('a token that was issued for', () => {
  const other = { resourceServerId: 'rs_other' }

  it.each<[Mode, Mode, Partial<IssueRecord>, boolean]>([
    ['single_use', 'single_use', {}, false],
    ['single_use', 'single_use', other, false],
    ['single_use', 'single_use', { serviceAccountId: 'sa_2' }, false],
    ['reusable', 'single_use', {}, false],
    ['reusable', 'single_use', other, false],
    ['single_use_per_audience', 'single_use', other, false],
    ['single_use_per_audience', 'single_use_per_audience', {}, false],
    ['single_use_per_audience', 'single_use_per_audience', other, true],
    ['single_use_per_audience', 'single_use_per_audience', { serviceAccountId: 'sa_2' }, true],
    ['single_use', 'single_use_per_audience', {}, false],
    ['single_use', 'single_use_per_audience', other, true],
    ['reusable', 'single_use_per_audience', {}, false],
    ['reusable', 'single_use_per_audience', other, true],
    ['single_use', 'reusable', {}, true],
    ['single_use_per_audience', 'reusable', {}, true],
    ['reusable', 'reusable', {}, true],
  ])('under %s, then %s with %j: %s', async (first, second, changes, granted) => {
    expect(await claimAs(first, 'dec_1')).toBe(true)
    expect(await claimAs(second, 'dec_2', changes)).toBe(granted)
    expect(await recorded()).toEqual(granted ? ['dec_1', 'dec_2'] : ['dec_1'])
  })

  it.each<Mode>(['single_use', 'single_use_per_audience', 'reusable'])(
    'under %s is the own claim of the same decision',
    async (mode) => {
      expect(await claimAs(mode, 'dec_1')).toBe(true)
      expect(await claimAs(mode, 'dec_1')).toBe(true)
      expect(await recorded()).toEqual(['dec_1'])
    },
  )

  it('does not stand in the way of another token', async () => {
    expect(await claimAs('single_use', 'dec_1')).toBe(true)
    expect(await claimAs('single_use', 'dec_2', { tokenIdentity: 'token_2' })).toBe(true)
  })

  it('is not spent by a refusal', async () => {
    await refuse('dec_0')
    expect(await claimAs('single_use', 'dec_1')).toBe(true)
  })
})

describe('nothing is written', () => {
  it.each<[string, Partial<ClaimConditions>]>([
    ['the tenant’s version moved on', { versions: { tenant: 6, root: 3 } }],
    ['the tenant’s version is ahead', { versions: { tenant: 8, root: 3 } }],
    ['the tenant has no version', { versions: { tenant: null, root: 3 } }],
    ['the root’s version moved on', { versions: { tenant: 7, root: 2 } }],
    ['the tenant is gone', { tenantId: 'ns_gone' }],
    ['the signing key is unknown', { kid: 'kid_2' }],
  ])('when %s', async (_, change) => {
    expect(await claim(database().db, record('dec_1'), { ...conditions, ...change })).toBe(false)
    expect(await recorded()).toEqual([])
    expect(await claim(database().db, record('dec_1'), conditions)).toBe(true)
  })

  it.each(['published', 'retired'])('when the signing key is %s', async (state) => {
    await database().write({ sql: 'UPDATE signing_keys SET state = ?', args: [state] })
    expect(await claimAs('single_use', 'dec_1')).toBe(false)
    expect(await recorded()).toEqual([])
  })
})

it('a violated constraint is a condition that does not hold', async () => {
  await database().write(`CREATE TRIGGER strict BEFORE INSERT ON decisions
    WHEN NEW.outcome = 'issued' BEGIN SELECT RAISE(ABORT, 'no more'); END`)
  expect(await claimAs('single_use', 'dec_1')).toBe(false)
  await database().write('DROP TRIGGER strict')
  expect(await claimAs('single_use', 'dec_1')).toBe(true)
})

it('what is claimed again, by the same decision, is recorded as it will be signed', async () => {
  await claimAs('single_use', 'dec_1')
  // The configuration changed while the first reply was lost: the second draft is another token.
  await claimAs('single_use', 'dec_1', { tokenJti: 'jti-signed', scope: 'deploy:read' })
  expect(await database().read('SELECT token_jti, scope FROM decisions')).toEqual([
    { token_jti: 'jti-signed', scope: 'deploy:read' },
  ])
})

describe('releaseClaim', () => {
  const release = (id: string) => releaseClaim(database().db, record(id))

  it('frees the token for somebody else', async () => {
    await claimAs('single_use', 'dec_1')
    await release('dec_1')
    expect(await recorded()).toEqual([])
    expect(await claimAs('single_use', 'dec_2')).toBe(true)
  })

  it('frees its own claim only', async () => {
    await claimAs('reusable', 'dec_1')
    await claimAs('reusable', 'dec_2')
    await release('dec_1')
    expect(await recorded()).toEqual(['dec_2'])
    expect(await claimAs('single_use', 'dec_3')).toBe(false)
  })

  it('of a claim that lost leaves the winner’s', async () => {
    await claimAs('single_use', 'dec_1')
    expect(await claimAs('single_use', 'dec_2')).toBe(false)
    await release('dec_2')
    expect(await recorded()).toEqual(['dec_1'])
  })

  it('keeps out a claim of the same decision that is still on its way', async () => {
    await release('dec_1')
    expect(await claimAs('single_use', 'dec_1')).toBe(false)
    expect(await recorded()).toEqual([])
    expect(await claimAs('single_use', 'dec_2')).toBe(true)
  })

  it('of an account that is gone takes back what was granted, and writes nothing else', async () => {
    await claimAs('single_use', 'dec_1')
    await database().write("DELETE FROM service_accounts WHERE id = 'sa_1'")
    for (const id of ['dec_1', 'dec_2']) await release(id)
    expect(await database().read('SELECT id, outcome FROM decisions')).toEqual([
      { id: 'dec_1', outcome: 'refused' },
    ])
  })

  it('may be done again', async () => {
    await claimAs('single_use', 'dec_1')
    await release('dec_1')
    await release('dec_1')
    expect(await recorded()).toEqual([])
  })
})

describe('a client assertion', () => {
  const client = (id: string, assertionIdentity = 'assertion_1') =>
    claim(
      database().db,
      record(id, {
        tokenIdentity: null,
        slot: null,
        issuer: null,
        provenance: null,
        assertionIdentity,
        credentialId: 'key_1',
      }),
      { ...conditions, spentBy: null },
    )

  it('is good once', async () => {
    expect(await client('dec_1')).toBe(true)
    expect(await client('dec_2')).toBe(false)
    expect(await client('dec_3', 'assertion_2')).toBe(true)
  })

  it('asked for again by its own request is still its own', async () => {
    expect(await client('dec_1')).toBe(true)
    expect(await client('dec_1')).toBe(true)
    expect(await recorded()).toEqual(['dec_1'])
  })

  it('of fifty at once one wins', async () => {
    const won = await Promise.all(Array.from({ length: 50 }, (_, i) => client(`dec_${i}`)))
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  it('that was spent without an issue is spent', async () => {
    await database().write(
      row('spent_assertions', { identity: 'assertion_1', remember_until: 1_800_000_000 }),
    )
    expect(await client('dec_1')).toBe(false)
  })

  it('of a released claim is good again', async () => {
    expect(await client('dec_1')).toBe(true)
    await releaseClaim(database().db, record('dec_1'))
    expect(await client('dec_2')).toBe(true)
  })
})

describe('a proof of possession', () => {
  const prove = (id: string, changes: Partial<IssueRecord> = {}) =>
    claimAs('reusable', id, { proofIdentity: 'proof_1', tokenIdentity: `token_${id}`, ...changes })

  it('is good once, whatever it is for', async () => {
    expect(await prove('dec_1')).toBe(true)
    expect(await prove('dec_2', { serviceAccountId: 'sa_2', assertionIdentity: 'a' })).toBe(false)
    expect(await prove('dec_3', { proofIdentity: 'proof_2' })).toBe(true)
    expect(await prove('dec_4', { proofIdentity: null })).toBe(true)
    expect(await recorded()).toEqual(['dec_1', 'dec_3', 'dec_4'])
  })

  it('asked for again by its own request is still its own', async () => {
    expect(await prove('dec_1')).toBe(true)
    expect(await prove('dec_1')).toBe(true)
    expect(await recorded()).toEqual(['dec_1'])
  })

  it('of fifty at once one wins', async () => {
    const won = await Promise.all(Array.from({ length: 50 }, (_, i) => prove(`dec_${i}`)))
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  it('is given back with its claim', async () => {
    await prove('dec_1')
    await releaseClaim(database().db, record('dec_1'))
    expect(await prove('dec_2')).toBe(true)
  })

  it('spends nothing else when it is spent', async () => {
    await prove('dec_1')
    expect(await prove('dec_2', { tokenIdentity: 'token_9' })).toBe(false)
    expect(await claimAs('single_use', 'dec_3', { tokenIdentity: 'token_9' })).toBe(true)
  })

  it('is found by its index', async () => {
    const plan = await database().read(
      "EXPLAIN QUERY PLAN SELECT 1 FROM decisions WHERE proof_identity = 'x' AND id <> 'y'",
    )
    expect(JSON.stringify(plan)).toContain('decisions_proof')
  })
})
