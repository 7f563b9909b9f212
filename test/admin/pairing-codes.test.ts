import { beforeAll, describe, expect, it } from 'vitest'
import { isPairingCode } from '../../src/core/secret-text.ts'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import { offerCode, PAIRING_CODES, pair } from '../support/pairing.ts'
import { expectOne } from '../support/race.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const house = useHouse()

let owner: TestActor
let deployer: TestActor
let viewer: TestActor
let stranger: TestActor
let account: Account

beforeAll(async () => {
  const { gateway } = house()
  owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
  viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
  stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
  account = await house().account('paired', { policies: [], roles: [house().roles.api1] })
})

const offer = (body: unknown, actor = owner) => actor.call('POST', PAIRING_CODES, body)
const read = (id: string, actor = owner) => actor.call('GET', `${PAIRING_CODES}/${id}`)

describe('making a code', () => {
  it('shows it once, with a quarter of an hour', async () => {
    const answer = await offer({ service_account_id: account.id })
    const made = (await answer.json()) as Record<string, string>
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/admin/v1${PAIRING_CODES}/${made.id}`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(isPairingCode(String(made.code))).toBe(true)
    expect(made).toMatchObject({ status: 'waiting', namespace: '/acme', paired_at: null })
    expect(Date.parse(String(made.expires_at)) - Date.parse(String(made.created_at))).toBe(900_000)
    const again = await (await read(String(made.id))).text()
    expect(again).not.toContain(made.code)
    expect(JSON.parse(again)).toMatchObject({ status: 'waiting', suggestion: null })
    const listed = await (await owner.call('GET', `${PAIRING_CODES}?limit=200`)).text()
    expect(listed).toContain(made.id)
    expect(listed).not.toContain('gthp_')
  })

  it('keeps a digest alone, and tells the trail no more', async () => {
    const { code, id } = await offerCode(owner, { namespace: '/acme' })
    const { rows } = await house().gateway.db.execute('SELECT * FROM pairing_codes')
    expect(JSON.stringify(rows)).not.toContain(code)
    const events = await owner.call('GET', `/audit-events?target=${id}`)
    const text = await events.text()
    expect(text).toContain('pairing-codes.create')
    expect(text).not.toContain('gthp_')
    expect(house().gateway.logs.join('')).not.toContain(code)
  })

  it.each([
    { namespace: '/acme', service_account_id: 'sa_0' },
    {},
    { namespace: '/acme', expires_in_seconds: 59 },
    { namespace: '/acme', expires_in_seconds: 3601 },
    { namespace: '/acme', expires_in_seconds: '900' },
    { namespace: '/acme', code: 'gthp_mine' },
  ])('refuses %o', async (body) => {
    expect((await offer(body)).status).toBe(422)
  })

  it('needs to write policies there, and all that the account holds', async () => {
    const wanted = { service_account_id: account.id }
    await expectProblem(await offer(wanted, viewer), 403, 'permission-denied')
    await expectProblem(await offer(wanted, stranger), 422, 'invalid-reference')
    expect((await offer(wanted, deployer)).status).toBe(201)
    const boss = await makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])
    const above = await offer({ service_account_id: boss.id }, deployer)
    await expectProblem(above, 403, 'privilege-escalation')
    const own = await offer({ service_account_id: deployer.id }, deployer)
    await expectProblem(own, 403, 'self-modification')
    await expectProblem(await offer({ namespace: '/acme' }, viewer), 403, 'permission-denied')
    await expectProblem(await offer({ namespace: '/acme' }, stranger), 422, 'invalid-reference')
    await expectProblem(await offer({ namespace: '/none' }, stranger), 422, 'invalid-reference')
  })

  it('has room for twenty in a namespace, whoever comes at once', async () => {
    const { gateway, make } = house()
    await make.namespace('/acme/busy')
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        gateway.admin('POST', PAIRING_CODES, { namespace: '/acme/busy' }),
      ),
    )
    const made = answers.filter(({ status }) => status === 201)
    const { rows } = await gateway.db.execute(
      `SELECT count(*) AS n FROM pairing_codes
       WHERE namespace_id = (SELECT id FROM namespaces WHERE path = '/acme/busy')`,
    )
    expect(made.length).toBeLessThanOrEqual(20)
    expect(rows[0]?.n).toBe(made.length)
    const others = answers.filter(({ status }) => status !== 201).map(({ status }) => status)
    expect([409, 429, 503]).toEqual(expect.arrayContaining([...new Set(others)]))
  })

  it('under one key is done once, and the code is not shown again', async () => {
    const body = { service_account_id: account.id }
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const post = () =>
      house().gateway.admin('POST', PAIRING_CODES, body, { token: owner.token, headers })
    expect((await post()).status).toBe(201)
    await expectProblem(await post(), 409, 'idempotency-replay')
  })
})

describe('reading a code', () => {
  it('that a job has used shows its claims and what to save for it', async () => {
    const { id, code } = await offerCode(owner, { service_account_id: account.id })
    expect((await pair(house().gateway, code, house().BT())).status).toBe(200)
    const { status, paired_at, suggestion } = (await (await read(id, viewer)).json()) as never
    expect([status, paired_at]).toEqual(['paired', expect.any(String)])
    expect(suggestion).toMatchObject({
      reason: null,
      claims: { repository_id: '1001', ref: 'refs/heads/main' },
      policy: { bound_claims: { repository_id: '1001', repository_owner_id: '501' } },
    })
    const { call } = suggestion as { call: { path: string; body: unknown } }
    expect((await owner.call('POST', call.path.slice(9), call.body)).status).toBe(201)
  })

  it('is for who may read policies there; to others it does not exist', async () => {
    const { id } = await offerCode(owner, { namespace: '/acme' })
    await expectProblem(await read(id, stranger), 404, 'not-found')
    await expectProblem(await read('pair_0', stranger), 404, 'not-found')
    const deleted = await stranger.call('DELETE', `${PAIRING_CODES}/${id}`)
    await expectProblem(deleted, 404, 'not-found')
    const listed = await stranger.call('GET', `${PAIRING_CODES}?namespace=/acme`)
    expect(await listed.json()).toEqual({ data: [], next_cursor: null })
    const reader = await viewer.call('DELETE', `${PAIRING_CODES}/${id}`)
    await expectProblem(reader, 403, 'permission-denied')
  })

  it('goes on when the issuer has gone, without a policy', async () => {
    const { gateway, make } = house()
    const issuer = await gateway.issuers.add('https://passing.test')
    const registered = await make.issuer(issuer.url, '/acme')
    const { id, code } = await offerCode(owner, { namespace: '/acme' })
    const token = issuer.mint(house().claims({ iss: issuer.url }))
    expect((await pair(gateway, code, token)).status).toBe(200)
    await gateway.admin('DELETE', `/issuers/${registered.id}`)
    const { suggestion } = (await (await read(id)).json()) as never
    expect(suggestion).toMatchObject({ reason: 'unknown_issuer', policy: null, claims: {} })
  })
})

describe('the end of a code', () => {
  it('is a deletion, once', async () => {
    const { id, code } = await offerCode(owner, { namespace: '/acme' })
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => owner.call('DELETE', `${PAIRING_CODES}/${id}`)),
    )
    expectOne(answers, 204, [404, 429])
    expect((await pair(house().gateway, code, house().BT())).status).toBe(400)
  })

  it('is the deletion of its account, or of its namespace', async () => {
    const { gateway, make } = house()
    const below = await make.namespace('/acme/short')
    const worker = await make.create('/service-accounts', { namespace: '/acme', name: 'short' })
    const ofAccount = await offerCode(owner, { service_account_id: worker.id })
    const ofPlace = await offerCode(owner, { namespace: '/acme/short' })
    const foreseen = await gateway.admin('DELETE', `/service-accounts/${worker.id}?dry_run=true`)
    expect(await foreseen.json()).toMatchObject({ would_delete: { pairing_codes: 1 } })
    await gateway.admin('DELETE', `/service-accounts/${worker.id}`)
    await gateway.admin('DELETE', `/namespaces/${below.id}`)
    for (const { id } of [ofAccount, ofPlace]) {
      await expectProblem(await read(id), 404, 'not-found')
    }
  })
})
