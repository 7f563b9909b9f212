import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FakeCi, startFakeCi } from '../../scripts/fake-ci/server.ts'

let ci: FakeCi

beforeAll(async () => {
  ci = await startFakeCi()
})

afterAll(() => ci.close())

function post(query: string, body: string): Promise<Response> {
  return fetch(`${ci.url}/token${query}`, { method: 'POST', body })
}

test.each(['github', 'gitlab'] as const)('%s: discovery leads to the key', async (provider) => {
  const issuer = provider === 'github' ? ci.url : ci.gitlabUrl
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
  const document = (await discovery.json()) as { issuer: string; jwks_uri: string }
  expect(document.issuer).toBe(issuer)
  const { token, claims } = await ci.mint(provider)
  const keys = createRemoteJWKSet(new URL(document.jwks_uri))
  const audience = 'http://127.0.0.1:8787'
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience })
  expect(payload).toEqual(claims)
  expect(protectedHeader).toMatchObject({ typ: 'JWT', alg: 'RS256' })
})

test('GitHub tokens live 300 s and start 600 s early, GitLab tokens 3600 s and 5 s', async () => {
  const github = decodeJwt((await ci.mint('github')).token)
  const gitlab = decodeJwt((await ci.mint('gitlab')).token)
  const spans = [github, gitlab].map(({ iat = 0, nbf = 0, exp = 0 }) => [iat - nbf, exp - iat])
  expect(spans).toEqual([
    [600, 300],
    [5, 3600],
  ])
})

test('the body is laid over the claims, null removes one, GitHub is the default', async () => {
  const response = await post('', '{"ref":"refs/heads/dev","sha":null,"aud":["x"],"__proto__":1}')
  const { token, claims } = (await response.json()) as Awaited<ReturnType<FakeCi['mint']>>
  const payload = decodeJwt(token)
  expect(payload).toEqual(claims)
  expect(payload).toMatchObject({ ref: 'refs/heads/dev', aud: ['x'], repository: 'acme/api' })
  expect(payload).not.toHaveProperty('sha')
  expect(Object.hasOwn(payload, '__proto__')).toBe(true)
})

test('every token has its own jti', async () => {
  const [one, other] = await Promise.all([ci.mint('gitlab'), ci.mint('gitlab')])
  expect(one.claims.jti).not.toBe(other.claims.jti)
})

test.each([
  ['an unknown provider', '?provider=jenkins', '{}', 400, 'github'],
  ['bad JSON', '', '{"ref":', 400, 'JSON object'],
  ['an array', '', '[]', 400, 'JSON object'],
  ['a huge body', '', ' '.repeat(300_000), 413, 'bytes'],
])('%s is refused with advice', async (_, query, body, status, advice) => {
  const response = await post(query, body)
  expect(response.status).toBe(status)
  expect(((await response.json()) as { error: string }).error).toContain(advice)
})

test('other methods and paths are refused', async () => {
  const get = await fetch(`${ci.url}/token`)
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
  expect((await fetch(`${ci.url}/elsewhere`)).status).toBe(404)
})
