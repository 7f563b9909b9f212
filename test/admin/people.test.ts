import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, githubClaims, now, policyP0 } from '../support/baseline.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import type { Claims, Issuer } from '../support/issuer.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

const US = 'https://gw.test'
const ADMIN = 'urn:gatehouse:admin'

interface Login {
  /** What the vendor calls it, and how it gets our audience into its tokens. */
  readonly name: string
  readonly url: string
  readonly preset: string | null
  /** What a policy pins: that which is never given to somebody else. */
  readonly pinned: Claims
  /** The rest of the claims, as the vendor documents them. */
  readonly others: Claims
  /** What the vendor puts into its ID tokens as the audience: the app that asked. */
  readonly appId: string
}

const tid = '72f988bf-86f1-41af-91ab-2d7cd011db47'

const logins: readonly Login[] = [
  {
    name: 'Entra: an access token (v1) of an app whose Application ID URI is the gateway',
    url: `https://sts-windows.test/${tid}/`,
    preset: null,
    pinned: { tid, oid: '6b1b1b1e-0000-4000-8000-0123456789ab' },
    others: { sub: 'AAAAAAAA_pairwise', upn: 'ada@acme.test', ver: '1.0', uti: 'x', appid: 'app' },
    appId: '11111111-2222-4333-8444-555555555555',
  },
  {
    name: 'Okta: an authorization server of its own, with the gateway as its audience',
    url: 'https://acme-okta.test/oauth2/aus1a2b3c',
    preset: null,
    pinned: { uid: '00u1a2b3c4d5e6f7g8h9' },
    others: { sub: 'ada@acme.test', cid: '0oa1', ver: 1, scp: ['openid'] },
    appId: '0oa1a2b3c4d5e6f7g8h9',
  },
  {
    name: 'Auth0: an API whose identifier is the gateway',
    url: 'https://acme-auth0.test/',
    preset: null,
    pinned: { sub: 'auth0|5f7c8ec7c33c6c004bbafe82' },
    others: { azp: 'app', scope: 'read:all', gty: 'password' },
    appId: 'JDFmSI2dQyqLwMl2vNa1',
  },
  {
    name: 'Keycloak, and any other that maps audiences',
    url: 'https://sso-acme.test/realms/main',
    preset: null,
    pinned: { sub: 'f:1c0f4f2e:ada' },
    others: { typ: 'Bearer', azp: 'cli', email: 'ada@acme.test', email_verified: true },
    appId: 'cli',
  },
  {
    name: 'Google: a service account that the person impersonates',
    url: 'https://accounts.google.com',
    preset: 'google',
    pinned: { sub: '113774264463038321964' },
    others: { email: 'ada@acme.iam.gserviceaccount.com', email_verified: true, azp: '1137' },
    appId: '32555940559.apps.googleusercontent.com',
  },
]

const mint = (issuer: Issuer, { url, pinned, others }: Login, claims: Claims = {}): string =>
  issuer.mint({
    iss: issuer.url,
    aud: US,
    iat: now(),
    nbf: now(),
    exp: now() + 600,
    // Entra and Google name their tokens otherwise, or not at all; any two differ all the same.
    ...(url.includes('okta') || url.includes('sso') ? { jti: randomUUID() } : { at: randomUUID() }),
    ...others,
    ...pinned,
    ...claims,
  })

const exchange = (client_id: string, subject_token: string): Promise<Response> =>
  house().gateway.token({ ...DOORS[0].form(subject_token), client_id, resource: ADMIN })

describe.each(logins)('$name', (login) => {
  let issuer: Issuer
  let person: Made & { client_id: string }

  const policy = (members: Claims = {}) => ({
    name: 'Ada',
    issuer: login.url,
    audience: US,
    bound_claims: login.pinned,
    ...members,
  })

  beforeAll(async () => {
    const { gateway, make } = house()
    issuer = await gateway.issuers.add(login.url)
    await make.issuer(login.url, '/acme', { preset: login.preset })
    person = await make.create('/service-accounts', {
      namespace: '/acme',
      name: `ada-${logins.indexOf(login)}`,
      kind: 'person',
      trust_policies: [policy()],
      role_bindings: [{ role_id: 'role_deployer', namespace: '/acme' }],
    })
    expect(person.kind).toBe('person')
  })

  it('lets the person administer, as far as its role goes', async () => {
    const { gateway } = house()
    const answer = await expectIssued(await exchange(person.client_id, mint(issuer, login)))
    const token = answer.access_token
    const list = await gateway.admin('GET', '/service-accounts?namespace=/acme', undefined, {
      token,
    })
    expect(list.status).toBe(200)
    const made = await gateway.admin(
      'POST',
      '/service-accounts',
      { namespace: '/acme', name: `by-ada-${logins.indexOf(login)}` },
      { token },
    )
    expect(made.status).toBe(201)
    const beyond = await gateway.admin('POST', '/namespaces', { path: '/acme/hers' }, { token })
    await expectProblem(beyond, 403, 'permission-denied')
  })

  it('lets in nobody else who signs in there', async () => {
    for (const [claim, value] of Object.entries(login.pinned)) {
      const other = mint(issuer, login, { [claim]: `${value}x` })
      expect((await exchange(person.client_id, other)).status).toBe(400)
      const without = mint(issuer, login, { [claim]: undefined })
      expect((await exchange(person.client_id, without)).status).toBe(400)
    }
  })

  it('takes no token that was made for another app, its ID tokens among them', async () => {
    for (const aud of [login.appId, [login.appId], [US, login.appId], `${US}/`]) {
      expect((await exchange(person.client_id, mint(issuer, login, { aud }))).status).toBe(400)
    }
    // As Cloudflare Access and others write it.
    await expectIssued(await exchange(person.client_id, mint(issuer, login, { aud: [US] })))
  })

  it('cannot be told to take them: an audience is the gateway, or a path of it', async () => {
    const path = `/service-accounts/${person.id}/trust-policies`
    const answer = await house().gateway.admin('POST', path, policy({ audience: login.appId }))
    const { errors } = await expectProblem(answer, 422, 'validation-failed')
    expect(errors).toEqual([expect.objectContaining({ pointer: '/audience' })])
  })

  it('counts a login once', async () => {
    if (login.preset !== null) return
    const token = mint(issuer, login, { iat: now() - 1 })
    await expectIssued(await exchange(person.client_id, token))
    expect((await exchange(person.client_id, token)).status).toBe(400)
  })
})

it('a person at Google is pinned by the number, never by the address alone', async () => {
  const { gateway, make } = house()
  const ada = await make.create('/service-accounts', {
    namespace: '/acme',
    name: 'ada-by-mail',
    kind: 'person',
  })
  const answer = await gateway.admin('POST', `/service-accounts/${ada.id}/trust-policies`, {
    name: 'by mail',
    issuer: 'https://accounts.google.com',
    audience: US,
    bound_claims: { email: 'ada@acme.test', email_verified: true },
  })
  await expectProblem(answer, 422, 'immutable-id-required')
})

describe('a pipeline that changes policies (CI token, admin token, PATCH)', () => {
  it('changes those of another account, and not its own', async () => {
    const { gateway, make, account } = house()
    const { a } = gateway.issuers
    const target = await make.create('/service-accounts', {
      namespace: '/acme',
      name: 'shipped',
      trust_policies: [policyP0(a.url)],
      role_bindings: [{ role_id: house().roles.api1.id, namespace: '/acme' }],
    })
    const pipeline = await account('pipeline', {
      roles: [{ id: 'role_deployer' }],
      members: { resource_server_ids: ['rs_admin'] },
    })
    const token = (
      await expectIssued(await exchange(pipeline.client_id, a.mint(githubClaims(a.url))))
    ).access_token
    const [policy] = target.trust_policies as Made[]
    const path = `/service-accounts/${target.id}/trust-policies/${policy?.id}`
    const change = { bound_claims: { ...(policy?.bound_claims as Claims), ref: 'refs/heads/next' } }
    const stale = await gateway.admin('PATCH', path, change, { token })
    await expectProblem(stale, 428, 'precondition-required')
    const read = await gateway.admin('GET', path, undefined, { token })
    const ifMatch = String(read.headers.get('etag'))
    const patched = await gateway.admin('PATCH', path, change, { token, ifMatch })
    expect([patched.status, await patched.json()]).toEqual([200, expect.objectContaining(change)])
    const own = await gateway.admin(
      'GET',
      `/service-accounts/${pipeline.id}/trust-policies`,
      undefined,
      { token },
    )
    const [{ id }] = ((await own.json()) as { data: [Made] }).data
    const mine = `/service-accounts/${pipeline.id}/trust-policies/${id}`
    const refused = await gateway.admin('PATCH', mine, change, { token, ifMatch: '"1"' })
    await expectProblem(refused, 403, 'self-modification')
  })
})
