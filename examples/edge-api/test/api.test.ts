import { battery, testIssuer } from 'gatehouse/testing'
import { expect, test } from 'vitest'
import { makeApi } from '../src/api.ts'

const audience = 'https://deploy.acme.example'

const issuer = await testIssuer({ audience, namespace: '/acme/payments' })
const api = makeApi(issuer.options)

const send = (method: string, path: string, token: string) =>
  api.request(audience + path, { method, headers: { authorization: `Bearer ${token}` } })

test('a job is told who it is', async () => {
  const response = await send('GET', '/v1/whoami', await issuer.token())
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({
    service_account: 'sa_test',
    scopes: ['deploy:read', 'deploy:write'],
    repository: 'acme/payments',
  })
})

test('a job releases what is its team’s', async () => {
  const response = await send('POST', '/v1/teams/payments/releases', await issuer.token())
  expect(response.status).toBe(201)
  expect(await response.json()).toMatchObject({ team: 'payments', by: 'sa_test' })
})

test('a job with rights for the whole company releases for any team', async () => {
  const token = await issuer.token({ namespace: '/acme' })
  expect((await send('POST', '/v1/teams/web/releases', token)).status).toBe(201)
})

test('a job of another team does not', async () => {
  const token = await issuer.token({ namespace: '/acme/web' })
  const response = await send('POST', '/v1/teams/payments/releases', token)
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ error: 'insufficient_scope' })
})

test('no other caller gets in, whatever it brings', async () => {
  const findings = await battery({
    issuer,
    call: async (request) => api.fetch(request),
    request: () => new Request(`${audience}/v1/teams/payments/releases`, { method: 'POST' }),
    needsScopes: ['deploy:write'],
    needsNamespace: true,
  })
  expect(findings).toEqual([])
})
