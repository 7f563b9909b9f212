import { beforeAll, expect, test } from 'vitest'
import { builtIn } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { basic } from '../support/clients.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let wide: string
let narrow: string
let target: Made

beforeAll(async () => {
  const { gateway, make } = house()
  const account = await make.create<Made & { client_id: string; client_secret: string }>(
    '/service-accounts',
    {
      namespace: '/acme',
      name: 'two-tokens',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/acme')],
    },
  )
  const login = async (scope?: string) => {
    const form = { grant_type: 'client_credentials', resource: 'urn:gatehouse:admin', scope }
    const headers = { authorization: basic(account.client_id, account.client_secret) }
    return (await expectIssued(await gateway.token(form, { headers }))).access_token
  }
  wide = await login()
  narrow = await login('namespaces:read')
  target = await make.create('/service-accounts', { namespace: '/acme', name: 'target' })
})

const post = (path: string, body: unknown, options: { key: string; token?: string }) =>
  house().gateway.admin('POST', path, body, {
    token: options.token ?? wide,
    headers: { 'idempotency-key': options.key },
  })

test('a token of less scope is not told the id of a secret by its key', async () => {
  const key = crypto.randomUUID()
  const path = `/service-accounts/${target.id}/secrets`
  const first = await post(path, {}, { key })
  expect(first.status).toBe(201)
  const { id } = (await first.json()) as Made
  const told = await expectProblem(await post(path, {}, { key }), 409, 'idempotency-replay')
  expect(told).toMatchObject({ id, detail: expect.stringContaining(id) })
  const less = await post(path, {}, { key, token: narrow })
  const problem = await expectProblem(less, 409, 'idempotency-replay')
  expect(problem).not.toHaveProperty('id')
  expect(JSON.stringify(problem)).not.toContain(id)
})

test('nor what else was made', async () => {
  const key = crypto.randomUUID()
  const body = { namespace: '/acme', name: 'made-by-the-other' }
  const first = await post('/service-accounts', body, { key })
  const { id } = (await first.json()) as Made
  const less = await post('/service-accounts', body, { key, token: narrow })
  expect(JSON.stringify(await expectProblem(less, 404, 'not-found'))).not.toContain(id)
})

test('no body is the same body as {}', async () => {
  const { id } = await house().make.create('/service-accounts', {
    namespace: '/acme',
    name: 'bodiless',
  })
  const pairs = [
    [undefined, {}],
    [{}, undefined],
  ]
  for (const verb of ['secrets', 'secrets:reset']) {
    const path = `/service-accounts/${id}/${verb}`
    for (const [body, again] of pairs) {
      const key = crypto.randomUUID()
      const first = await post(path, body, { key })
      expect(first.status).toBe(201)
      const second = await expectProblem(await post(path, again, { key }), 409)
      expect(second).toMatchObject({ type: '/problems/idempotency-replay' })
      await expectProblem(await post(path, { expires_in_days: 2 }, { key }), 422)
    }
  }
})

test('what makes nothing runs again under the same key', async () => {
  const { gateway } = house()
  const key = crypto.randomUUID()
  const revoke = () =>
    post('/revocations', { namespace: '/acme', by: 'account', value: target.id }, { key })
  const evaluate = () =>
    post('/policy-evaluations', { service_account_id: target.id, token: 'x' }, { key })
  const rotate = () =>
    gateway.admin('POST', '/signing-keys:rotate', {}, { headers: { 'idempotency-key': key } })
  for (let i = 0; i < 2; i += 1) {
    for (const run of [revoke, evaluate, rotate]) {
      const answer = await run()
      expect([answer.status, answer.headers.get('idempotent-replay')]).toEqual([200, null])
    }
  }
})
