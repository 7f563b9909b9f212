import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newPairingCode } from '../../src/crypto/random.ts'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { expectIssued } from '../support/expect.ts'
import { type OfferedCode, offerCode, PAIRING_CODES, pair } from '../support/pairing.ts'
import { expectOne } from '../support/race.ts'
import { snapshot } from '../support/snapshot.ts'
import { chainFaults } from '../support/trail.ts'

const house = useHouse()

let owner: TestActor
let offered: OfferedCode

beforeAll(async () => {
  owner = await makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])
})

beforeEach(async () => {
  await house().gateway.db.execute('DELETE FROM pairing_codes')
  offered = await offerCode(owner, { namespace: '/acme' })
})

const statusOf = async ({ id } = offered) => {
  const answer = await owner.call('GET', `${PAIRING_CODES}/${id}`)
  return ((await answer.json()) as { status: string }).status
}

/** What a refusal says, without the ids that differ. */
const told = async (answer: Response) => {
  const { decision_id, ...body } = (await answer.json()) as Record<string, unknown>
  expect(decision_id).toMatch(/^dec_/)
  const { headers } = answer
  const names = [...headers.keys()].filter((name) => name !== 'content-length').sort()
  return JSON.stringify([answer.status, body, names])
}

describe('one code, one job', () => {
  it('of 50 at once exactly one is paired, and one event tells of it', async () => {
    const { gateway, BT } = house()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => pair(gateway, offered.code, BT())),
    )
    expectOne(answers, 200, [400, 429])
    const events = await owner.call('GET', `/audit-events?target=${offered.id}`)
    const { data } = (await events.json()) as { data: Record<string, unknown>[] }
    const paired = data.filter(({ action }) => action === 'pairing-codes.pair')
    expect(paired).toHaveLength(1)
    expect(paired[0]).toMatchObject({
      outcome: 'done',
      actor: { type: 'pairing_code', id: offered.id },
      target: { type: 'pairing_code', id: offered.id },
      details: { issuer: gateway.issuers.a.url, subject: 'repo:acme/app:ref:refs/heads/main' },
    })
    expect(await chainFaults(gateway.db)).toEqual([])
  })

  it('issues nothing, and leaves the token good for its exchange', async () => {
    const { gateway, BT, BR } = house()
    const token = BT()
    const answer = await pair(gateway, offered.code, token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const body = (await answer.json()) as { status: string; claims: string[] }
    expect(Object.keys(body)).toEqual(['status', 'claims'])
    expect(body.claims).toContain('repository_id')
    expect(JSON.stringify(body)).not.toMatch(/1001|acme|eyJ/)
    await expectIssued(await gateway.token(BR({ subject_token: token })))
  })
})

/** Attempts that fail, with a good code. */
const failing: readonly (readonly [string, () => string])[] = [
  ['no token at all', () => 'x'],
  ['a forged signature', () => `${house().BT().slice(0, -8)}AAAAAAAA`],
  [
    'an unknown issuer',
    () => house().gateway.issuers.evil.mint(house().claims({ iss: 'https://issuer-evil.test' })),
  ],
  [
    "another tenant's issuer",
    () => house().gateway.issuers.b.mint(house().claims({ iss: 'https://issuer-b.test' })),
  ],
  ['an expired token', () => house().BT({ iat: now() - 900, nbf: now() - 900, exp: now() - 600 })],
  ['a token for somebody else', () => house().BT({ aud: 'sts.amazonaws.com' })],
  ['a token for two', () => house().BT({ aud: ['https://gw.test', 'https://other.test'] })],
  ['a token for another tenant', () => house().BT({ aud: 'https://gw.test/globex' })],
  ['no subject', () => house().BT({ sub: undefined })],
  ['alg none', () => house().BT({}, { alg: 'none' })],
]

describe('what fails', () => {
  it.each(failing)('%s spends nothing and changes nothing', async (_, token) => {
    const before = await snapshot(house().gateway)
    expect((await pair(house().gateway, offered.code, token())).status).toBe(400)
    expect(await snapshot(house().gateway)).toEqual(before)
    expect(await statusOf()).toBe('waiting')
    expect((await pair(house().gateway, offered.code, house().BT())).status).toBe(200)
  })

  it('looks alike: unknown, used, expired, deleted codes and bad tokens (R17)', async () => {
    const { gateway, BT } = house()
    const used = await offerCode(owner, { namespace: '/acme' })
    expect((await pair(gateway, used.code, BT())).status).toBe(200)
    const over = await offerCode(owner, { namespace: '/acme' })
    await gateway.db.execute({
      sql: 'UPDATE pairing_codes SET expires_at = 1 WHERE id = ?1',
      args: [over.id],
    })
    expect(await statusOf(over)).toBe('expired')
    const gone = await offerCode(owner, { namespace: '/acme' })
    await owner.call('DELETE', `${PAIRING_CODES}/${gone.id}`)
    const seen = new Set<string>()
    const wrong = offered.code.slice(0, -1) + (offered.code.endsWith('0') ? '1' : '0')
    for (const code of [newPairingCode(), wrong, 'x', used.code, over.code, gone.code]) {
      seen.add(await told(await pair(gateway, code, BT())))
      seen.add(await told(await pair(gateway, code, 'x')))
    }
    for (const [, token] of failing) {
      seen.add(await told(await pair(gateway, offered.code, token())))
    }
    expect([...seen]).toHaveLength(1)
    expect([...seen][0]).toContain('subject token refused')
  })

  it('without a code asks nobody and writes nothing (R36)', async () => {
    const { gateway } = house()
    const issuer = await gateway.issuers.add('https://quiet.test')
    await house().register(issuer)
    const asked = issuer.hits()
    const before = await snapshot(gateway)
    const token = issuer.mint(house().claims({ iss: issuer.url }), { kid: 'new' })
    for (const code of [newPairingCode(), 'x', offered.id]) {
      expect((await pair(gateway, code, token)).status).toBe(400)
    }
    expect(issuer.hits()).toBe(asked)
    expect(await snapshot(gateway)).toEqual(before)
  })

  it('is limited like failed secrets, and the right code passes all the same', async () => {
    const { gateway, BT } = house()
    const left = 60_000 - (Date.now() % 60_000)
    if (left < 10_000) await new Promise((resolve) => setTimeout(resolve, left + 50))
    const headers = { 'cf-connecting-ip': '203.0.113.99' }
    const statuses: number[] = []
    for (let i = 0; i < 25; i++) {
      statuses.push((await pair(gateway, newPairingCode(), BT(), { headers })).status)
    }
    expect(statuses).toEqual([...Array(20).fill(400), ...Array(5).fill(429)])
    expect((await pair(gateway, offered.code, BT(), { headers })).status).toBe(200)
  })

  it('tells the log why, and never the code or the token', async () => {
    const token = house().BT({ aud: 'sts.amazonaws.com' })
    await pair(house().gateway, offered.code, token)
    const logs = house().gateway.logs.join('\n')
    expect(logs).toContain('unfit_to_pair')
    expect(logs).not.toContain(offered.code)
    expect(logs).not.toContain(token.split('.')[2])
  })
})

describe('the door', () => {
  const form = (entries: readonly (readonly [string, string])[], init: RequestInit = {}) =>
    house().gateway.fetch('/oauth/pair', {
      method: 'POST',
      body: new URLSearchParams(entries.map(([name, value]) => [name, value])),
      ...init,
    })
  const good = () =>
    [
      ['pairing_code', offered.code],
      ['subject_token', house().BT()],
    ] as const

  it.each([
    ['GET', () => house().gateway.fetch('/oauth/pair'), 405],
    ['JSON', () => form([], { body: '{}', headers: { 'content-type': 'application/json' } }), 415],
    ['an encoding', () => form(good(), { headers: { 'content-encoding': 'gzip' } }), 415],
    ['33 KiB', () => form([['subject_token', 'x'.repeat(33_000)]]), 413],
    ['a repeated code', () => form([...good(), ['pairing_code', offered.code]]), 400],
    ['no code', () => form([['subject_token', 'x']]), 400],
    ['no token', () => form([['pairing_code', offered.code]]), 400],
    [
      'a code in the query',
      () =>
        house().gateway.fetch(`/oauth/pair?pairing_code=${offered.code}`, {
          method: 'POST',
          body: new URLSearchParams(),
        }),
      400,
    ],
    ['a slash at the end', () => house().gateway.fetch('/oauth/pair/', { method: 'POST' }), 404],
  ] as const)('refuses %s', async (_, send, status) => {
    const answer = await send()
    expect(answer.status).toBe(status)
    if (status !== 404) expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await statusOf()).toBe('waiting')
  })
})

describe('where nothing may change', () => {
  it('a suspended namespace pairs nothing, and makes no codes', async () => {
    const { gateway, make, BT } = house()
    const below = await make.namespace('/acme/asleep')
    const { code, id } = await offerCode(owner, { namespace: '/acme/asleep' })
    await gateway.admin('PATCH', `/namespaces/${below.id}`, { enabled: false })
    expect((await pair(gateway, code, BT())).status).toBe(400)
    const refused = await owner.call('POST', PAIRING_CODES, { namespace: '/acme/asleep' })
    expect(refused.status).toBe(403)
    await gateway.admin('PATCH', `/namespaces/${below.id}`, { enabled: true })
    expect((await pair(gateway, code, BT())).status).toBe(200)
    expect(await statusOf({ id, code })).toBe('paired')
  })

  it('what a job has shown is forgotten by the clock', async () => {
    const { gateway, BT } = house()
    expect((await pair(gateway, offered.code, BT())).status).toBe(200)
    await gateway.scheduled()
    expect(await statusOf()).toBe('paired')
    await gateway.db.execute('UPDATE pairing_codes SET expires_at = 1')
    await gateway.scheduled()
    const { rows } = await gateway.db.execute('SELECT id FROM pairing_codes')
    expect(rows).toEqual([])
  })
})
