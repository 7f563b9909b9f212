import { beforeAll, expect, it } from 'vitest'
import {
  createVerifier,
  Refused,
  type Requirement,
  requireNamespace,
  requireProvenance,
  type Verifier,
  type VerifierOptions,
} from '../../src/verifier/index.ts'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { makeIntrospector, mintFor, postForm } from '../support/endings.ts'
import { API_1, API_2 } from '../support/fixture.ts'
import { makeToken, tokensOf } from '../support/named-tokens.ts'
import { settings } from '../support/settings.ts'
import { present, who } from '../support/stand-in.ts'

const house = useHouse()

let ahead = 0
let api: SecretAccount

beforeAll(async () => {
  api = await makeIntrospector(house(), 'sdk-api')
})

/** A verifier that reaches the gateway in workerd, under the name that its tokens have. */
const verifierFor = (audience: string, options: Partial<VerifierOptions> = {}): Verifier =>
  createVerifier({
    issuer: settings.issuerUrl,
    audience,
    fetch: (request) => {
      const { pathname, search } = new URL(request.url)
      return fetch(new Request(new URL(`${pathname}${search}`, house().gateway.url()), request))
    },
    now: () => Date.now() + ahead * 1000,
    ...options,
  })

const asking = () => ({
  introspection: { clientId: api.client_id, clientSecret: api.client_secret, cacheSeconds: 0 },
})

const meets = async (verifier: Verifier, token: string, requirement: Requirement) => {
  const principal = await present(verifier, token)
  if (typeof principal === 'string') return principal
  try {
    requirement(principal)
    return 'let in'
  } catch (thrown) {
    return thrown instanceof Refused ? `${thrown.status} ${thrown.reason}` : thrown
  }
}

it('AC-262 reads the tokens of the gateway', async () => {
  const account = await house().account('sdk-reads')
  const token = await mintFor(house(), account)
  expect(await present(verifierFor(API_1), token)).toMatchObject({
    serviceAccount: account.id,
    clientId: account.client_id,
    scopes: ['deploy:read', 'deploy:write'],
    grants: [{ namespace: '/acme', actions: ['deploy:read', 'deploy:write'] }],
    actor: { iss: house().gateway.issuers.a.url, sub: expect.any(String) },
    policy: expect.stringMatching(/^tp_\w+@1$/),
    decisionId: expect.stringMatching(/^dec_/),
  })
})

it('AC-265 AC-269 AC-270 lets a token in only where it is for', async () => {
  const token = await mintFor(house(), await house().account('sdk-where'))
  const verifier = verifierFor(API_1)
  expect(await who(verifierFor(API_2), token)).toBe('401 wrong_audience')
  const cases: [Requirement, string][] = [
    [requireNamespace('/acme/payments', 'deploy:write'), 'let in'],
    [requireNamespace('/globex', 'deploy:write'), '403 wrong_namespace'],
    [requireNamespace('/acme-evil', 'deploy:write'), '403 wrong_namespace'],
    [requireNamespace('/acme', 'deploy:admin'), '403 wrong_namespace'],
    [requireProvenance({ environment: 'production' }), '403 wrong_ci_issuer'],
    [
      requireProvenance({ environment: 'production-2', issuer: house().gateway.issuers.a.url }),
      '403 wrong_provenance',
    ],
  ]
  for (const [requirement, expected] of cases) {
    expect(await meets(verifier, token, requirement)).toBe(expected)
  }
})

it.each(['fail-open', 'fail-closed'] as const)(
  'obeys the feed of the gateway: %s',
  async (feed) => {
    const account = await house().account(`sdk-${feed}`)
    const [one, other] = [await mintFor(house(), account), await mintFor(house(), account)]
    const verifier = verifierFor(API_1, { revocation: { feed } })
    expect([await who(verifier, one), await who(verifier, other)]).toEqual([account.id, account.id])
    const form = { token: one, client_id: account.client_id }
    expect((await postForm(house().gateway, 'revoke', form)).status).toBe(200)
    ahead = 60
    expect(await who(verifier, one)).toBe('401 revoked')
    expect(await who(verifier, other)).toBe(account.id)
    ahead = 0
  },
)

it('obeys introspection at the next request', async () => {
  const account = await house().account('sdk-introspected')
  const token = await mintFor(house(), account)
  const verifier = verifierFor(API_1, { ...asking(), revocation: 'introspection' })
  expect(await who(verifier, token)).toBe(account.id)
  const form = { token, client_id: account.client_id }
  expect((await postForm(house().gateway, 'revoke', form)).status).toBe(200)
  expect(await who(verifier, token)).toBe('401 inactive_token')
})

it('takes named tokens of its own API, until they are gone', async () => {
  const account = await house().account('sdk-named')
  const { token, id } = await makeToken(house(), account)
  expect(await present(verifierFor(API_1, asking()), token)).toMatchObject({
    serviceAccount: account.id,
    grants: [{ namespace: '/acme', actions: ['deploy:read', 'deploy:write'] }],
    provenance: null,
    policy: null,
    tokenId: id,
  })
  expect(await who(verifierFor(API_2, asking()), token)).toBe('401 wrong_audience')
  expect(await who(verifierFor(API_1), token)).toBe('401 named_token')
  await house().gateway.admin('DELETE', `${tokensOf(account)}/${id}`)
  expect(await who(verifierFor(API_1, asking()), token)).toBe('401 inactive_token')
})

it('lets nobody in by credentials that may not introspect', async () => {
  const account = await house().account('sdk-stranger')
  const { token } = await makeToken(house(), account)
  const introspection = { clientId: api.client_id, clientSecret: 'gths_wrong' }
  const verifier = verifierFor(API_1, { introspection })
  expect(await who(verifier, token)).toBe('503 introspection_unavailable')
})
