import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, now } from '../support/baseline.ts'
import { expectB400, expectRefused } from '../support/expect.ts'
import { type Account, API_1, API_2 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { judging, mismatch } from '../support/judging.ts'
import { rows } from '../support/rows.ts'

const house = useHouse({ preset: 'github-actions' })
const { told, trusting, trustingAny } = judging(house)

const IDS = { repository_id: '1001', repository_owner_id: '501' }
const HOUR = 3600
const SIDE = { ref: 'refs/heads/side' }
const VAULT = { aud: 'https://vault.acme.test' }

const EXPIRED = { iat: -600, nbf: -600, exp: -60 }
const UNBORN = { iat: 120, nbf: 120, exp: 400 }
const ANCIENT = { iat: -25 * HOUR, nbf: -25 * HOUR, exp: 300 }

let own: Account

beforeAll(async () => {
  own = await trusting({
    ...IDS,
    ref: { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] },
    environment: { any_of: ['production', 'staging'] },
  })
})

/** BT from a job in production, with times relative to now. */
function job(overrides: Claims = {}, times: Record<string, number> = {}): string {
  const at = now()
  const absolute = Object.entries(times).map(([name, offset]) => [name, at + offset])
  const claims = { environment: 'production', ...overrides, ...Object.fromEntries(absolute) }
  return house().BT(claims)
}

describe('a job of the right repository', () => {
  test('on the right branch is served', async () => {
    await house().accepted(job(), own)
  })

  test('on a wrong branch learns which claim failed, and its own value', async () => {
    await told(job(SIDE), own, mismatch(SIDE))
    await told(job({ environment: undefined }), own, mismatch({ environment: null }))
    await told(job({ environment: null }), own, mismatch({ environment: null }))
    const both = { environment: 'Production', ref: 'refs/tags/x/v1' }
    await told(job(both), own, mismatch(both))
    await told(job({ ref: ['refs/heads/main'] }), own, mismatch({ ref: ['refs/heads/main'] }))
  })

  test('never learns what the policy expects', async () => {
    for (const door of DOORS) {
      const form = { ...door.form(job({ ...SIDE, environment: 'x' })), client_id: own.client_id }
      const text = await (await house().gateway.token(form)).text()
      expect(text).toContain('refs/heads/side')
      for (const secret of ['refs/heads/main', 'refs/tags', 'production', 'any_of', 'tp_', 'P0']) {
        expect(text).not.toContain(secret)
      }
    }
  })

  test.each([
    ['assertion_expired', EXPIRED, {}],
    ['assertion_not_yet_valid', { iat: 120, exp: 400 }, {}],
    ['assertion_not_yet_valid', { nbf: 120, exp: 400 }, {}],
    ['assertion_too_old', ANCIENT, {}],
    ['assertion_too_old', { exp: 24 * HOUR + 60 }, {}],
    ['audience_mismatch', {}, VAULT],
    ['audience_mismatch', {}, { aud: ['https://gw.test', 'https://vault.acme.test'] }],
    ['audience_mismatch', {}, { aud: undefined }],
  ] as [string, Record<string, number>, Claims][])(
    'learns %s: %j %j',
    async (reason, times, claims) => {
      await told(job(claims, times), own, { reason })
    },
  )

  test.each([
    ['assertion_expired', { iat: -26 * HOUR, nbf: -26 * HOUR, exp: -HOUR }, {}],
    ['assertion_expired', EXPIRED, SIDE],
    ['assertion_expired', EXPIRED, { ...VAULT, ...SIDE }],
    ['assertion_not_yet_valid', { iat: 120, exp: 120 + 25 * HOUR }, {}],
    ['assertion_not_yet_valid', UNBORN, { ...VAULT, ...SIDE }],
    ['assertion_too_old', ANCIENT, { ...VAULT, ...SIDE }],
    ['audience_mismatch', {}, { ...VAULT, ...SIDE }],
  ] as [string, Record<string, number>, Claims][])(
    'learns only the first fault, %s: %j %j',
    async (reason, times, claims) => {
      await told(job(claims, times), own, { reason })
    },
  )

  test('learns that its token was used, here or by another account', async () => {
    const { BT, BR, gateway } = house()
    const once = await trusting({ ...IDS, ref: 'refs/heads/main' }, { replay: 'single_use' })
    const also = await trusting({ ...IDS, event_name: 'push' }, { replay: 'single_use' })
    const subject_token = BT()
    const form = BR({ subject_token, client_id: once.client_id })
    expect((await gateway.token(form)).status).toBe(200)
    await told(subject_token, once, { reason: 'assertion_reused' })
    await told(subject_token, also, { reason: 'assertion_reused' })
  })

  test('learns of a rule that every token of its issuer must keep', async () => {
    const event_name = 'pull_request_target'
    await told(job({ event_name }), own, mismatch({ event_name }))
    await told(job({ event_name, ...SIDE }), own, mismatch({ event_name, ...SIDE }))
  })

  test('is known by any of several ids', async () => {
    const ids = { repository_id: { any_of: ['1001', '1002'] }, repository_owner_id: '501' }
    const account = await trusting({ ...ids, ref: 'refs/heads/main' })
    await told(house().BT({ ...SIDE, repository_id: '1002' }), account, mismatch(SIDE))
    await house().refused(house().BT({ ...SIDE, repository_id: '1003' }), account)
  })

  test('learns of the closest policy, and of the oldest of equals', async () => {
    const far = { ...IDS, ref: 'refs/heads/main', environment: 'x', event_name: 'release' }
    const near = { ...IDS, environment: 'y', event_name: 'push' }
    const equal = { ...IDS, ref: 'refs/heads/dev', event_name: 'push' }
    const [one, other] = await Promise.all([
      trustingAny([{ bound_claims: far }, { bound_claims: near }, { bound_claims: equal }]),
      trustingAny([{ bound_claims: far }, { bound_claims: equal }, { bound_claims: near }]),
    ])
    const token = house().BT({ ...SIDE, environment: 'production' })
    await told(token, one, mismatch({ environment: 'production' }))
    await told(token, other, mismatch(SIDE))
  })
})

describe('a stranger learns nothing', () => {
  const strangers: [string, Claims][] = [
    ['a fork', { repository_id: '2002', repository_owner_id: '777' }],
    ['a recycled name', { repository_id: '9999', repository_owner_id: '9999' }],
    ['another repository of the owner', { repository_id: '1002' }],
    ['a transferred repository', { repository_owner_id: '777' }],
    ['ids of another type', { repository_id: 1001 }],
    ['ids in lists', { repository_id: ['1001'], repository_owner_id: ['501'] }],
    ['no ids', { repository_id: undefined, repository_owner_id: null }],
  ]
  test.each(strangers)('%s', async (_, ids) => {
    const { refused } = house()
    for (const claims of [{}, SIDE, VAULT, { event_name: 'workflow_run' }]) {
      await refused(job({ ...claims, ...ids }), own)
    }
    for (const times of [EXPIRED, UNBORN, ANCIENT]) await refused(job(ids, times), own)
  })

  test('with the right ids under a signature that does not verify', async () => {
    const { evil } = house().gateway.issuers
    const token = job(SIDE)
    await house().refused(`${token.slice(0, -6)}AAAAAA`, own)
    await house().refused(evil.mint(house().claims(SIDE), { kid: 'a1' }), own)
  })

  const faults: Claims[] = [
    { jti: '' },
    { jti: 7 },
    { sub: '' },
    { sub: 'repo:acme/app:ref:refs/heads/main\n' },
    { exp: 'soon' },
    { iat: undefined },
    { ref: 'refs/heads/\u0000' },
    { ref: `refs/heads/${'x'.repeat(1100)}` },
    { environment: '\u001b[2J' },
    { aud: 'https://gw.test\r\n' },
  ]
  test.each(rows(faults))(
    'with the right ids in a token that breaks the rules: %j',
    async (fault) => {
      await house().refused(job({ ...SIDE, ...fault }), own)
    },
  )

  test('with the right ids, of a policy that is switched off or has expired', async () => {
    const { BT, refused } = house()
    const bound_claims = { ...IDS, ref: 'refs/heads/main' }
    const expires_at = new Date(Date.now() - 60_000).toISOString()
    for (const off of [{ enabled: false }, { expires_at }]) {
      const account = await trustingAny([
        { bound_claims, ...off },
        { bound_claims: { ...bound_claims, repository_id: '1002' } },
      ])
      await refused(BT(SIDE), account)
      await refused(BT(), account)
    }
  })

  test('with the right ids, of an account that is switched off or does not exist', async () => {
    const { BT, gateway, refused } = house()
    const account = await trusting({ ...IDS, ref: 'refs/heads/main' })
    await told(BT(SIDE), account, mismatch(SIDE))
    const path = `/service-accounts/${account.id}`
    expect((await gateway.admin('PATCH', path, { enabled: false })).status).toBe(200)
    await refused(BT(SIDE), account)
    await refused(BT(SIDE), { id: account.id, client_id: 'nobody' })
  })

  test('under a policy that pins no id', async () => {
    const { BT, accepted, refused } = house()
    const names = { repository: 'acme/app', ref: 'refs/heads/main' }
    const account = await trusting(names, { acknowledge: ['mutable_identity'] })
    await accepted(BT(), account)
    await refused(BT(SIDE), account)
  })
})

describe('target and scope are spoken of after a policy was satisfied', () => {
  const wrong = [{ resource: API_2 }, { resource: 'https://no.test' }, { scope: 'deploy:destroy' }]

  test.each(rows(wrong))('%j', async (asked) => {
    const { gateway } = house()
    const answers = async (token: string) => {
      const form = { client_id: own.client_id, resource: API_1, ...asked }
      return Promise.all(DOORS.map((door) => gateway.token({ ...door.form(token), ...form })))
    }
    for (const [at, response] of (await answers(job({ repository_id: '9' }))).entries()) {
      await expectRefused(response, DOORS[at] as (typeof DOORS)[number])
    }
    for (const response of await answers(job(SIDE))) {
      expect(await response.json()).toMatchObject(mismatch(SIDE))
    }
    const code = 'scope' in asked ? 'invalid_scope' : 'invalid_target'
    for (const response of await answers(job())) await expectB400(response, code)
  })

  test('a grant that the account does not have', async () => {
    const { BT, account, gateway, refused } = house()
    const { url } = gateway.issuers.a
    const bound_claims = { ...IDS, ref: 'refs/heads/main' }
    const policy = { name: 'P', issuer: url, audience: 'https://gw.test', bound_claims }
    const members = { grant_types: ['client_credentials'] }
    const barred = await account('barred', { policies: [policy], members })
    await refused(BT({ repository_id: '9' }), barred)
    await told(BT(SIDE), barred, mismatch(SIDE))
    for (const door of DOORS) {
      const form = { ...door.form(BT()), client_id: barred.client_id }
      await expectB400(await gateway.token(form), 'unauthorized_client')
    }
  })
})
