import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import type { Made } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'
import { turn } from '../support/switches.ts'
import { builtIn, makeActor } from './actors.ts'
import { type Secrets, secretsOf, useSecrets } from './secrets.ts'

let gateway: Gateway
let secrets: Secrets
let names = 0

beforeAll(async () => {
  gateway = await startGateway({ entry: 'test', faultyDatabase: true })
  secrets = await useSecrets(gateway)
})

afterAll(() => gateway.close())

const unique = (): string => {
  names += 1
  return `made-${names}`
}
const body = (name: string, members: Record<string, unknown> = {}) => ({
  namespace: '/acme',
  name,
  ...members,
})
const post = (path: string, sent: unknown, key: string) =>
  gateway.admin('POST', path, sent, { headers: { 'idempotency-key': key } })
const create = (key: string, sent: unknown) => post('/service-accounts', sent, key)

const accountsNamed = async (name: string): Promise<readonly Made[]> => {
  const response = await gateway.admin('GET', `/service-accounts?name=${name}`)
  return ((await response.json()) as { data: Made[] }).data
}

describe('a creation under a key', () => {
  test('is answered like any other', async () => {
    const response = await create(unique(), body(unique()))
    expect(response.status).toBe(201)
    expect(response.headers.get('idempotent-replay')).toBeNull()
  })

  test('that comes again answers the object as it is now', async () => {
    const [key, sent] = [unique(), body(unique())]
    const made = (await (await create(key, sent)).json()) as Made
    const path = `/service-accounts/${made.id}`
    await gateway.admin('PATCH', path, { description: 'changed since' })
    const again = await create(key, sent)
    expect(again.status).toBe(200)
    expect(again.headers.get('idempotent-replay')).toBe('true')
    expect(again.headers.get('etag')).toBe('"2"')
    expect(again.headers.get('cache-control')).toBe('no-store')
    const now = await gateway.admin('GET', path)
    const found = await again.json()
    expect(found).toMatchObject({ id: made.id, description: 'changed since' })
    expect(found).toEqual(await now.json())
    expect(await accountsNamed(sent.name)).toHaveLength(1)
  })

  test('whose object is gone makes no other', async () => {
    const [key, sent] = [unique(), body(unique())]
    const { id } = (await (await create(key, sent)).json()) as Made
    await gateway.admin('DELETE', `/service-accounts/${id}`)
    await expectProblem(await create(key, sent), 404, 'not-found')
    expect(await accountsNamed(sent.name)).toEqual([])
  })

  test('with another body is refused', async () => {
    const [key, name] = [unique(), unique()]
    await create(key, body(name))
    const other = body(name, { description: 'another' })
    await expectProblem(await create(key, other), 422, 'idempotency-mismatch')
    await expectProblem(await create(key, body(unique())), 422, 'idempotency-mismatch')
  })

  test('spelled otherwise is the same', async () => {
    const [key, name] = [unique(), unique()]
    const headers = {
      authorization: `Bearer ${await gateway.rootToken()}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    }
    const send = (text: string) =>
      gateway.fetch('/admin/v1/service-accounts', { method: 'POST', headers, body: text })
    expect((await send(`{"namespace":"/acme","name":"${name}"}`)).status).toBe(201)
    expect((await send(`{ "name": "${name}", "namespace": "/acme" }`)).status).toBe(200)
  })

  test('that carried a secret does not show it again, but names the object', async () => {
    const [key, sent] = [unique(), body(unique(), { client_credentials: {} })]
    const made = (await (await create(key, sent)).json()) as Made
    const again = await create(key, sent)
    const problem = await expectProblem(again, 409, 'idempotency-replay')
    expect(problem).toMatchObject({ id: made.id })
    expect(problem.detail).toContain(made.id)
    expect(JSON.stringify(problem)).not.toContain(String(made.client_secret))
    expect(await accountsNamed(sent.name)).toHaveLength(1)
  })

  test('that was refused may be mended under the same key', async () => {
    const [key, name] = [unique(), unique()]
    await secrets.make.create('/service-accounts', body(name))
    await expectProblem(await create(key, body(name)), 409, 'name-taken')
    expect((await create(key, body(unique()))).status).toBe(201)
  })

  test('whose shape was wrong may be mended too', async () => {
    const key = unique()
    await expectProblem(await create(key, { name: 'x' }), 422, 'validation-failed')
    expect((await create(key, body(unique()))).status).toBe(201)
  })
})

describe('a key', () => {
  test.each(['', 'x'.repeat(256), 'two words', 'é', '\t'])('is not %j', async (key) => {
    const sent = body(unique())
    await expectProblem(await create(key, sent), 422, 'validation-failed')
    expect(await accountsNamed(sent.name)).toEqual([])
  })

  test.each(['x', '!~', '"quoted"', 'y'.repeat(255)])('may be %j', async (key) => {
    expect((await create(key, body(unique()))).status).toBe(201)
  })

  test('belongs to one route', async () => {
    const [key, account, other] = [unique(), await secrets.account(), await secrets.account()]
    for (const each of [account, other]) {
      expect((await post(secretsOf(each), {}, key)).status).toBe(201)
      expect((await post(`${secretsOf(each)}:reset`, {}, key)).status).toBe(201)
    }
  })

  test('belongs to one actor', async () => {
    const [key, sent] = [unique(), body(unique())]
    expect((await create(key, sent)).status).toBe(201)
    const actor = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const headers = { 'idempotency-key': key }
    const call = (wanted: unknown) =>
      gateway.admin('POST', '/service-accounts', wanted, { token: actor.token, headers })
    await expectProblem(await call(sent), 409, 'name-taken')
    expect((await call(body(unique()))).status).toBe(201)
  })

  test('is of no use to who may not read what it made any more', async () => {
    const actor = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const key = unique()
    const sent = { namespace: '/acme', name: unique() }
    const call = (token: string) =>
      gateway.admin('POST', '/service-accounts', sent, {
        token,
        headers: { 'idempotency-key': key },
      })
    expect((await call(actor.token)).status).toBe(201)
    const bindings = await gateway.admin('GET', `/role-bindings?service_account_id=${actor.id}`)
    const [binding] = ((await bindings.json()) as { data: Made[] }).data
    const path = `/role-bindings/${binding?.id}`
    const removed = await gateway.admin('DELETE', path, undefined, { ifMatch: '"1"' })
    expect(removed.status).toBe(204)
    await expectProblem(await call(actor.token), 404, 'not-found')
  })

  test('means nothing where nothing is made', async () => {
    const key = unique()
    const account = await secrets.account()
    const path = `/service-accounts/${account.id}`
    const headers = { 'idempotency-key': key }
    for (const description of ['one', 'two']) {
      const changed = await gateway.admin('PATCH', path, { description }, { headers })
      expect(await changed.json()).toMatchObject({ description })
    }
    const evaluate = { service_account_id: account.id, token: 'x' }
    for (let i = 0; i < 2; i++) {
      const answer = await post('/policy-evaluations', evaluate, key)
      expect(answer.headers.get('idempotent-replay')).toBeNull()
    }
  })

  test('is free again after a day (test entry: clock)', async () => {
    const [key, first, second] = [unique(), body(unique()), body(unique())]
    await create(key, first)
    await turn(gateway, { clockOffsetMs: 86_300_000 })
    const late = { token: await freshRootToken(), headers: { 'idempotency-key': key } }
    const call = (sent: unknown) => gateway.admin('POST', '/service-accounts', sent, late)
    await expectProblem(await call(second), 422, 'idempotency-mismatch')
    await turn(gateway, { clockOffsetMs: 86_500_000 })
    late.token = await freshRootToken()
    expect((await call(second)).status).toBe(201)
    await turn(gateway, { clockOffsetMs: 0 })
  })
})

/** A token of the root account as of the gateway's clock. */
async function freshRootToken(): Promise<string> {
  const { client_id, client_secret } = gateway.root
  const form = { grant_type: 'client_credentials', client_id, client_secret }
  return (await expectIssued(await gateway.token(form))).access_token
}

describe('of 50 at once under one key', () => {
  test('one makes an object', async () => {
    const [key, sent] = [unique(), body(unique())]
    const answers = await Promise.all(Array.from({ length: 50 }, () => create(key, sent)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    for (const answer of answers) {
      if (answer.status === 409) await expectProblem(answer, 409, 'idempotency-pending')
      else expect([200, 201]).toContain(answer.status)
    }
    expect(await accountsNamed(sent.name)).toHaveLength(1)
    expect((await create(key, sent)).status).toBe(200)
  })

  test('one is given a secret', async () => {
    const [key, account] = [unique(), await secrets.account()]
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post(secretsOf(account), {}, key)),
    )
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expectOne(answers, 201, [409])
    expect(texts.filter((text) => text.includes('gths_'))).toHaveLength(1)
    expect(await secrets.list(account)).toHaveLength(1)
  })
})

describe('when the database fails (test entry: proxy)', () => {
  const inserts = (body: string) => body.includes('insert into \\"service_accounts\\"')

  test('before anything was changed, the key is free again', async () => {
    const [key, sent] = [unique(), body(unique())]
    const reads = (text: string) => text.includes('from \\"namespaces\\"')
    gateway.database.set('refuse', { when: reads, times: 1 })
    await expectProblem(await create(key, sent), 503)
    await vi.waitFor(async () => expect((await create(key, sent)).status).toBe(201))
    expect(await accountsNamed(sent.name)).toHaveLength(1)
  })

  test('with the change under way, its caller is sent to look', async () => {
    const [key, sent] = [unique(), body(unique())]
    gateway.database.set('lose-reply', { when: inserts, times: 1 })
    await expectProblem(await create(key, sent), 503)
    await expectProblem(await create(key, sent), 409, 'idempotency-pending')
    expect(await accountsNamed(sent.name)).toHaveLength(1)
  })

  test('after the change, the answer leaves all the same', async () => {
    const [key, sent] = [unique(), body(unique(), { client_credentials: {} })]
    const settles = (text: string) => text.includes('UPDATE idempotency_keys')
    gateway.database.set('refuse', { when: settles, times: 1 })
    const answer = await create(key, sent)
    expect(answer.status).toBe(201)
    expect(await answer.json()).toHaveProperty('client_secret')
    await expectProblem(await create(key, sent), 409, 'idempotency-pending')
    const lines = gateway.logs.filter((line) => line.includes('idempotency_key_unsettled'))
    expect(lines).toHaveLength(1)
  })
})
