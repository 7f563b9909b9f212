import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { CLIENT_ASSERTION, DOORS } from '../support/baseline.ts'
import { makeCallers, type SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { chill } from '../support/cold.ts'
import type { DatabaseMode, FaultOptions } from '../support/faulty-database.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import { body, type Fault, hang, redirect, status } from '../support/issuer-faults.ts'

const house = useHouse({ faultyDatabase: true })

// Short, because parsers quote only the beginning of what they cannot read.
const UPSTREAM = 'upstr-9z'

let secret: SecretAccount
let once: Account

beforeAll(async () => {
  const callers = await makeCallers(house())
  once = callers.once
  secret = callers.secret
})

afterEach(async () => {
  house().gateway.database.set('pass')
  house().gateway.issuers.reset()
  await chill(house())
})

/** Texts that no line of the log may hold, in any spelling that a library may have made of them. */
function expectClean(lines: readonly string[], secrets: readonly string[]): void {
  const log = lines.join('\n')
  for (const text of secrets) expect(log).not.toContain(text)
  for (const line of lines) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(2048)
    expect(line).not.toMatch(/[\r\n]/)
    expect(JSON.parse(line)).toEqual(expect.objectContaining({ event: expect.any(String) }))
    expect(line).not.toMatch(/eyJ|Basic |Bearer |gths_|gtht_/)
    expect(line).not.toMatch(/"event":"bug"/)
  }
}

/** The parts of a token that prove something, or tell. */
function partsOf(token: string): string[] {
  const [, payload = '', signature = ''] = token.split('.')
  return [payload.slice(0, 40), signature.slice(0, 40), signature.slice(-40)]
}

/** Provokes every kind of answer, and answers with all secrets that were in play. */
async function provoke(): Promise<string[]> {
  const { gateway, BT, BR, claims, deployer } = house()
  const { a, evil } = gateway.issuers
  const tokens = [
    BT(),
    BT({ repository_id: '2002' }),
    BT({ iss: evil.url }),
    BT({ exp: 7 }),
    BT({}, { kid: 'unheard-of' }),
    BT({ nested: { password: 'hunter2-nested', list: ['hunter2-listed'] } }),
    a.mint(claims(), { kid: 'a1' }, evil.key),
    `${BT()}=`,
  ]
  for (const token of tokens) {
    for (const door of DOORS) {
      for (const account of [once, deployer]) {
        const form = { ...door.form(token), client_id: account.client_id, resource: API_1 }
        await gateway.token(form)
      }
    }
  }
  const login = { grant_type: 'client_credentials' }
  const { client_id, client_secret } = secret
  const authorization = basic(client_id, client_secret)
  const wrong = 'gths_wrong-but-nearly-right'
  await gateway.token(login, { headers: { authorization } })
  await gateway.token(login, { headers: { authorization: basic(client_id, wrong) } })
  await gateway.token(login, { headers: { authorization: `Bearer ${tokens[0]}` } })
  await gateway.token({ ...login, client_id, client_secret })
  await gateway.token({ ...login, client_id, client_secret: wrong })
  await gateway.token({ ...login, client_id, client_secret }, { headers: { authorization } })
  const assertion = { client_assertion_type: CLIENT_ASSERTION, client_assertion: tokens[0] }
  await gateway.token({ ...login, ...assertion, client_id })
  await gateway.token({ grant_type: 'nonsense', client_id, client_secret })
  await gateway.fetch(`/oauth/token?client_secret=${client_secret}`, { method: 'POST' })
  await gateway.token(BR({ actor_token: tokens[0] }))
  const bearer = await gateway.rootToken()
  await gateway.admin('POST', '/namespaces', { path: '/bad path' })
  await gateway.admin('GET', '/service-accounts/sa_0')
  await gateway.admin('POST', '/issuers', {
    namespace: '/acme',
    jwks: { keys: [a.key.privateJwk] },
  })
  await gateway.admin('GET', '/namespaces', undefined, { token: `${bearer}x` })
  await gateway.admin('GET', '/namespaces', undefined, { token: client_secret })
  const texts = [client_secret, wrong, authorization, authorization.slice(6), 'hunter2']
  const pem = String(a.key.privateJwk.d).slice(0, 40)
  return [...tokens, bearer].flatMap(partsOf).concat(texts, pem, UPSTREAM)
}

/** Provokes everything, and judges what was logged meanwhile, deferred work included. */
async function expectCleanLog(): Promise<void> {
  const { gateway, BR } = house()
  const from = gateway.logs.length
  const secrets = await provoke()
  gateway.database.set('pass')
  gateway.issuers.reset()
  await chill(house())
  await expect.poll(async () => (await gateway.token(BR())).status).toBe(200)
  const lines = gateway.logs.slice(from)
  expect(lines.length).toBeGreaterThan(20)
  expectClean(lines, secrets)
}

describe('AC-396 what is logged holds no secret', () => {
  test('AC-396 every refusal', () => expectCleanLog())

  const page = `<!doctype html><h1>${UPSTREAM}</h1>`

  test.each<[string, Fault]>([
    ['a page', body(page, 'text/html')],
    ['a page that says it is JSON', body(page)],
    ['a word', body(UPSTREAM)],
    ['a string of JSON', body(JSON.stringify(UPSTREAM))],
    ['an object', body(JSON.stringify({ error: UPSTREAM, keys: UPSTREAM }))],
    ['a redirect', redirect(`https://issuer-evil.test/${UPSTREAM}`)],
    ['an error', status(500)],
  ])('AC-396 key set and discovery are %s', async (_, fault) => {
    const { a } = house().gateway.issuers
    for (const surface of [a.keySet, a.discovery]) {
      await chill(house())
      surface.fault = fault
      await expectCleanLog()
    }
  })

  test('AC-396 the key set never answers', async () => {
    const { gateway, BR } = house()
    const form = BR()
    const from = gateway.logs.length
    await chill(house())
    gateway.issuers.a.keySet.fault = hang()
    expect((await gateway.token(form)).status).toBe(503)
    expectClean(gateway.logs.slice(from), partsOf(String(form.subject_token)))
  })

  test.each<[string, DatabaseMode, FaultOptions?]>([
    ['a page', 'garbage', { text: page }],
    ['a word', 'garbage', { text: UPSTREAM }],
    ['a string of JSON', 'garbage', { text: JSON.stringify(UPSTREAM) }],
    ['an object of another kind', 'garbage', { text: JSON.stringify({ [UPSTREAM]: UPSTREAM }) }],
    ['HTML', 'html'],
    ['status 500', 'error'],
    ['a closed door', 'refuse'],
    ['half an answer', 'truncate'],
  ])('AC-396 the database answers %s', async (_, mode, options) => {
    const { gateway } = house()
    gateway.database.set(mode, options)
    const from = gateway.logs.length
    await expectCleanLog()
    // Neither the pages of the proxy and its errors, nor what the database said.
    expect(gateway.logs.slice(from).join('\n')).not.toMatch(/doctype|<h1>|broken/i)
  })

  test('AC-397 secrets and tokens that were sent as something else', async () => {
    const { gateway, BT } = house()
    const { client_id, client_secret } = secret
    const from = gateway.logs.length
    const secrets = [client_secret, BT()]
    for (const text of secrets) {
      await gateway.token({ grant_type: text, client_id })
      await gateway.token({ grant_type: 'client_credentials', client_id: text, client_secret: 'x' })
      await gateway.token({ grant_type: 'client_credentials', client_id: `${client_id}:${text}` })
      const headers = { authorization: basic(text, client_id) }
      await gateway.token({ grant_type: 'client_credentials' }, { headers })
      await gateway.token({ ...DOORS[0]?.form(BT()), client_id: text })
    }
    await expect.poll(() => gateway.logs.length).toBeGreaterThanOrEqual(from + 10)
    expectClean(gateway.logs.slice(from), [client_secret, ...partsOf(String(secrets[1]))])
  })
})
