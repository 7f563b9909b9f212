import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { status } from '../support/issuer-faults.ts'
import { makeEcKey, makeRsaKey } from '../support/keys.ts'
import { type Maker, maker } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'
import { rows } from '../support/rows.ts'

let gateway: Gateway
let make: Maker

type Members = Record<string, unknown>

const post = (members: Members) =>
  gateway.admin('POST', '/issuers', { namespace: '/acme', name: 'CI', ...members })

const patch = (id: string, members: Members) => gateway.admin('PATCH', `/issuers/${id}`, members)

const read = async (id: string) =>
  (await (await gateway.admin('GET', `/issuers/${id}`)).json()) as Members

const inline = async () => ({ keys: [(await makeEcKey('inline')).jwk] })

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex'), make.namespace('/full')])
  await make.namespace('/acme/payments')
})

afterEach(() => gateway.issuers.reset())
afterAll(() => gateway.close())

describe('POST', () => {
  test('makes one as the contract shows it, with keys from discovery', async () => {
    const { a } = gateway.issuers
    const response = await post({ namespace: '/globex', issuer: a.url })
    const made = (await response.json()) as Members
    expect([response.status, made]).toEqual([
      201,
      {
        id: expect.stringMatching(/^iss_[0-9a-z]+$/),
        namespace: '/globex',
        name: 'CI',
        issuer: a.url,
        preset: null,
        jwks_uri: null,
        jwks: null,
        algorithms: ['RS256', 'ES256'],
        max_token_age_seconds: 86_400,
        replay: null,
        enabled: true,
        created_at: expect.stringMatching(/Z$/),
      },
    ])
    expect(response.headers.get('location')).toBe(`/admin/v1/issuers/${made.id}`)
    expect(response.headers.get('etag')).toBe('"1"')
    expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
    expect(await read(String(made.id))).toEqual(made)
  })

  test('takes all but the namespace from a preset that knows its URL', async () => {
    const url = 'https://token.actions.githubusercontent.com'
    await gateway.issuers.add(url)
    const response = await gateway.admin('POST', '/issuers', {
      namespace: '/acme',
      preset: 'github-actions',
    })
    expect([response.status, await response.json()]).toMatchObject([
      201,
      { issuer: url, preset: 'github-actions', algorithms: ['RS256'], enabled: true },
    ])
  })

  test('keys from a jwks_uri on the same origin, without discovery', async () => {
    const issuer = await gateway.issuers.add('https://direct.test')
    const response = await post({ issuer: issuer.url, jwks_uri: 'https://direct.test/keys/jwks' })
    expect(response.status).toBe(201)
    expect([issuer.discovery.hits, issuer.keySet.hits]).toEqual([0, 1])
  })

  test('inline keys, and nothing is fetched', async () => {
    const jwks = await inline()
    const response = await post({ issuer: 'https://offline.internal', jwks })
    expect([response.status, await response.json()]).toMatchObject([201, { jwks, jwks_uri: null }])
    expect(gateway.issuers.requests).toEqual([])
  })

  test('no preset knows the URL and none is given', async () => {
    for (const preset of [null, 'jenkins-oidc-provider']) {
      const problem = await expectProblem(await post({ preset }), 422, 'validation-failed')
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/issuer' })])
    }
    const unknown = await expectProblem(await post({ preset: 'no-such' }), 422, 'validation-failed')
    const detail = expect.stringMatching(/there are .*github-actions, .*gitlab/)
    expect(unknown.errors).toEqual([{ pointer: '/preset', detail }])
  })

  test.each([
    ['null on an exact URL', { issuer: 'https://gitlab.com', preset: null }],
    ['another on an exact URL', { issuer: 'https://gitlab.com', preset: 'github-actions' }],
    ['none on a vendor host', { issuer: 'https://token.actions.githubusercontent.com/acme' }],
    ['a foreign one on a vendor host', { issuer: 'https://acme.ghe.com', preset: 'gitlab-com' }],
  ])('preset %s', async (_, members) => {
    await expectProblem(await post(members), 422, 'preset-required')
    expect(gateway.issuers.requests).toEqual([])
  })

  test('a preset that claims the URL takes its keys from discovery alone', async () => {
    const issuer = 'https://gitlab.com'
    for (const members of [
      { jwks: await inline() },
      { jwks_uri: 'https://gitlab.com/oauth/discovery/keys' },
    ]) {
      const problem = await expectProblem(await post({ issuer, ...members }), 422)
      const pointer = `/${Object.keys(members)[0]}`
      expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
    }
    expect(gateway.issuers.requests).toEqual([])
  })

  test('jwks and jwks_uri at once', async () => {
    const issuer = 'https://both.test'
    const members = { issuer, jwks: await inline(), jwks_uri: `${issuer}/jwks` }
    await expectProblem(await post(members), 422, 'validation-failed')
  })

  test.each([
    ['RSA', () => makeRsaKey('r')],
    ['EC', () => makeEcKey('e')],
  ])('a private %s key is refused and never shown', async (_, makeKey) => {
    const { privateJwk } = await makeKey()
    const issuer = 'https://leaky.test'
    const response = await post({ issuer, jwks: { keys: [privateJwk] } })
    const text = await response.clone().text()
    const problem = await expectProblem(response, 422, 'validation-failed')
    expect(problem.errors).toContainEqual(expect.objectContaining({ pointer: '/jwks/keys/0/d' }))
    expect(text).not.toContain(privateJwk.d)
    const { rows: kept } = await gateway.db.execute({
      sql: 'SELECT count(*) AS n FROM issuers WHERE issuer = ?',
      args: [issuer],
    })
    expect(kept[0]?.n).toBe(0)
  })

  test('inline keys of which none is usable', async () => {
    const weak = await makeRsaKey('weak', 1024)
    const sets = [
      { keys: [weak.jwk] },
      { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] },
      { keys: [{ ...weak.jwk, use: 'enc' }] },
      { keys: [] },
      { keys: ['x'] },
    ]
    for (const jwks of sets) {
      await expectProblem(await post({ issuer: 'https://useless.test', jwks }), 422)
    }
  })

  test.each([
    ['none', { algorithms: ['none'] }, '/algorithms/0'],
    ['a symmetric one', { algorithms: ['RS256', 'HS256'] }, '/algorithms/1'],
    ['no algorithm', { algorithms: [] }, '/algorithms'],
    ['one twice', { algorithms: ['RS256', 'RS256'] }, '/algorithms'],
    ['an age of 59 s', { max_token_age_seconds: 59 }, '/max_token_age_seconds'],
    ['an age of more than a day', { max_token_age_seconds: 86_401 }, '/max_token_age_seconds'],
    ['an unknown replay mode', { replay: 'bounded_reuse' }, '/replay'],
  ])('refuses %s', async (_, members, pointer) => {
    const issuer = 'https://strict.test'
    const problem = await expectProblem(await post({ issuer, ...members }), 422)
    expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
    expect(gateway.issuers.requests).toEqual([])
  })

  test.each(rows(['id', 'version', 'created_at', 'tenant_id', 'keys']))(
    'AC-291 refuses the field %s',
    async (name) => {
      await expectProblem(await post({ issuer: 'https://x.test', [name]: 1 }), 422, 'unknown-field')
    },
  )
})

describe('one URL along the line', () => {
  test('above, below and beside', async () => {
    const { b } = gateway.issuers
    const at = (namespace: string) => post({ namespace, issuer: b.url })
    const below = (await (await at('/acme/payments')).json()) as { id: string }
    await expectProblem(await at('/acme/payments'), 409, 'issuer-exists')
    await expectProblem(await at('/acme'), 409, 'issuer-exists')
    await expectProblem(await at('/'), 409, 'issuer-exists')
    await make.namespace('/acme/web')
    expect((await at('/acme/web')).status).toBe(201)
    expect((await gateway.admin('DELETE', `/issuers/${below.id}`)).status).toBe(204)
    await expectProblem(await at('/acme'), 409, 'issuer-exists')
  })

  test('of 50 parallel calls at two levels one wins', async () => {
    const { evil } = gateway.issuers
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        post({ namespace: i % 2 ? '/acme' : '/acme/payments', issuer: evil.url }),
      ),
    )
    expectOne(answers, 201, [409])
  })

  test('AC-172 the 51st issuer of a tenant', async () => {
    const jwks = await inline()
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        post({ namespace: '/full', issuer: `https://ci-${i}.test`, jwks }),
      ),
    )
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(50)
    const more = await post({ namespace: '/full', issuer: 'https://ci-61.test', jwks })
    await expectProblem(more, 409, 'quota-exceeded')
    const { data } = (await (
      await gateway.admin('GET', '/issuers?namespace=/full&limit=200')
    ).json()) as { data: unknown[] }
    expect(data).toHaveLength(50)
  })
})

describe('PATCH and DELETE', () => {
  const registered = async (members: Members = {}) => {
    const host = `patched-${Math.random().toString(36).slice(2)}.test`
    const issuer = await gateway.issuers.add(`https://${host}`)
    const made = await make.issuer(issuer.url, '/acme', members)
    gateway.issuers.requests.length = 0
    return { issuer, made }
  }

  test('changes what is named, moves the ETag, and fetches nothing', async () => {
    const { made } = await registered()
    const members = { name: 'New', enabled: false, algorithms: ['ES256'], replay: 'reusable' }
    const response = await patch(made.id, { ...members, max_token_age_seconds: 60 })
    const changed = { ...made, ...members, max_token_age_seconds: 60 }
    expect([response.status, await response.json()]).toEqual([200, changed])
    expect(response.headers.get('etag')).toBe('"2"')
    expect(await read(made.id)).toEqual(changed)
    expect(gateway.issuers.requests).toEqual([])
  })

  test('keys from elsewhere are fetched first', async () => {
    const { issuer, made } = await registered()
    issuer.keySet.fault = status(500)
    const uri = { jwks_uri: `${issuer.url}/other/jwks` }
    await expectProblem(await patch(made.id, uri), 422, 'issuer-unreachable')
    expect(await read(made.id)).toEqual(made)
    issuer.keySet.fault = null
    expect((await patch(made.id, uri)).status).toBe(200)
  })

  test('inline keys come and go', async () => {
    const { issuer, made } = await registered()
    const jwks = await inline()
    expect((await patch(made.id, { jwks })).status).toBe(200)
    expect(gateway.issuers.requests).toEqual([])
    await expectProblem(await patch(made.id, { jwks_uri: `${issuer.url}/jwks` }), 422)
    expect((await patch(made.id, { jwks: null })).status).toBe(200)
    expect(gateway.issuers.requests.map(({ url }) => url)).toEqual([
      `${issuer.url}/.well-known/openid-configuration`,
      `${issuer.url}/jwks`,
    ])
    expect(await read(made.id)).toEqual(made)
  })

  test('a name that must not be fetched keeps its inline keys', async () => {
    const made = await make.issuer('https://ci.local', '/acme', { jwks: await inline() })
    await expectProblem(await patch(made.id, { jwks: null }), 422, 'invalid-issuer')
    expect(gateway.issuers.requests).toEqual([])
  })

  test.each(rows(['issuer', 'preset', 'namespace', 'id', 'version']))(
    'the %s is fixed',
    async (name) => {
      const { made } = await registered()
      await expectProblem(await patch(made.id, { [name]: 'x' }), 422, 'unknown-field')
    },
  )

  test('If-Match is kept where it is sent', async () => {
    const { made } = await registered()
    await patch(made.id, { name: 'moved on' })
    const path = `/issuers/${made.id}`
    for (const method of ['PATCH', 'DELETE']) {
      const sent = method === 'PATCH' ? {} : undefined
      const stale = await gateway.admin(method, path, sent, { ifMatch: '"1"' })
      await expectProblem(stale, 412, 'precondition-failed')
    }
    const gone = await gateway.admin('DELETE', path, undefined, { ifMatch: '"2"' })
    expect(gone.status).toBe(204)
    await expectProblem(await gateway.admin('GET', path), 404, 'not-found')
  })
})
