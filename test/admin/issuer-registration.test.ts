import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import {
  body,
  garbage,
  hang,
  oversize,
  redirect,
  refuse,
  status,
} from '../support/issuer-faults.ts'
import { makeEcKey, makeRsaKey } from '../support/keys.ts'
import { maker } from '../support/maker.ts'
import { rows } from '../support/rows.ts'

let gateway: Gateway

type Members = Record<string, unknown>

const post = (members: Members) =>
  gateway.admin('POST', '/issuers', { namespace: '/acme', name: 'CI', ...members })

const inline = async () => ({ keys: [(await makeEcKey('inline')).jwk] })

beforeAll(async () => {
  gateway = await startGateway()
  await maker(gateway).namespace('/acme')
})

afterEach(() => gateway.issuers.reset())
afterAll(() => gateway.close())

describe('URLs that are no issuer', () => {
  const refused = async (issuer: string, members: Members = {}) => {
    const problem = await expectProblem(await post({ issuer, ...members }), 422, 'invalid-issuer')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/issuer' })])
    expect(gateway.issuers.requests).toEqual([])
  }

  test.each(rows(['http://issuer.test', 'ftp://issuer.test', 'data:application/json,{}']))(
    'AC-138 %s',
    (url) => refused(url),
  )

  test.each(rows(['127.0.0.1', '10.0.0.1', '169.254.169.254', '[::1]', '[fd00::1]']))(
    'AC-139 host %s',
    (host) => refused(`https://${host}`),
  )

  test.each(rows(['2130706433', '0x7f000001', '127.1', '[::ffff:127.0.0.1]', '127.0.0.1.']))(
    'AC-140 host %s',
    (host) => refused(`https://${host}`),
  )

  test.each(rows(['localhost', 'x.localhost', 'db.internal', 'printer.local', 'intranet']))(
    'AC-141 host %s',
    (host) => refused(`https://${host}`),
  )

  test.each(
    rows([
      'https://user:pass@issuer.test',
      'https://issuer.test?x=1',
      'https://issuer.test#x',
      'https://issuer.test/../x',
      'https://issuer.test//x',
      'https://issuer.test\\x',
      'https://issuer.test:8443',
      `https://issuer.test/${'x'.repeat(280)}`,
    ]),
  )('AC-142 %s', (url) => refused(url))

  test.each(rows(['https://gw.test', 'https://gw.test/', 'https://gw.test/acme']))(
    'AC-143 our own origin, as %s',
    async (url) => {
      await refused(url)
      await refused(url, { jwks: await inline() })
    },
  )
})

describe('issuers that answer wrongly', () => {
  const url = 'https://wrong.test'
  const fault = async (prepare: (issuer: Gateway['issuers']['a']) => void, slug: string) => {
    const issuer = await gateway.issuers.add(url)
    prepare(issuer)
    const problem = await expectProblem(await post({ issuer: url }), 422, slug)
    const { data } = (await (await gateway.admin('GET', '/issuers?limit=200')).json()) as {
      data: { issuer: string }[]
    }
    expect(data.filter(({ issuer: saved }) => saved === url)).toEqual([])
    return problem
  }

  test.each(rows(['https://other.test', `${url}/`]))(
    'AC-144 discovery says that it is %s',
    async (issuer) => {
      const problem = await fault(({ document }) => {
        document.issuer = issuer
      }, 'issuer-mismatch')
      expect(problem.detail).toContain(`${url}/.well-known/openid-configuration`)
    },
  )

  test.each(
    rows([
      'http://wrong.test/jwks',
      'https://issuer-evil.test/jwks',
      'https://10.0.0.1/jwks',
      'file:///etc/passwd',
    ]),
  )('AC-145 discovery names the key set %s', async (uri) => {
    await fault(({ document }) => {
      document.jwks_uri = uri
    }, 'invalid-issuer')
    expect(gateway.issuers.requests.map((request) => request.url)).toEqual([
      `${url}/.well-known/openid-configuration`,
    ])
  })

  test.each(rows(['https://issuer-evil.test/jwks', 'http://169.254.169.254/']))(
    'AC-146 discovery redirects to %s',
    async (target) => {
      await fault(({ discovery }) => {
        discovery.fault = redirect(target)
      }, 'issuer-unreachable')
      expect(gateway.issuers.requests).toHaveLength(1)
    },
  )

  test.each([
    ['404', status(404)],
    ['500', status(500)],
    ['a broken connection', refuse()],
    ['silence', hang()],
    ['too much', oversize()],
    ['HTML', garbage.html],
    ['an array', garbage.array],
    ['no keys', garbage.noKeys],
  ])('the key set answers %s', async (_, broken) => {
    const problem = await fault(({ keySet }) => {
      keySet.fault = broken
    }, 'issuer-unreachable')
    expect(problem.detail).toContain(`${url}/jwks`)
  })

  test('the key set has private and symmetric keys only', async () => {
    const { privateJwk } = await makeRsaKey('p')
    const keys = [privateJwk, { kty: 'oct', k: 'c2VjcmV0' }]
    await fault(({ keySet }) => {
      keySet.fault = body(JSON.stringify({ keys }))
    }, 'invalid-issuer')
  })

  test('a jwks_uri on another origin is not asked', async () => {
    const answer = await post({ issuer: url, jwks_uri: 'https://issuer-evil.test/jwks' })
    const problem = await expectProblem(answer, 422, 'invalid-issuer')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/jwks_uri' })])
    expect(gateway.issuers.requests).toEqual([])
  })
})
