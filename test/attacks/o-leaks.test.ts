import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretsOf } from '../admin/secrets.ts'
import { basic } from '../support/clients.ts'
import { API_1, createFixture, type Fixture } from '../support/fixture.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { logIn, METHODS, type Pair } from '../support/logins.ts'
import type { Made } from '../support/maker.ts'
import { exchangeForm } from '../support/named-tokens.ts'
import { type Recording, record, traces } from '../support/recording.ts'
import { playEndpoint } from '../support/webhook-endpoint.ts'

let recording: Recording
let gateway: Gateway
let fixture: Fixture

/** What was shown, by where. */
const shown = new Map<string, string>()
/** What webhooks were told. */
const delivered: string[] = []
/** What callers sent that nobody may ever write down. */
const sent = new Map<string, string>()

beforeAll(async () => {
  recording = record(await startGateway())
  gateway = recording.gateway
  fixture = await createFixture(gateway)
})

afterAll(() => gateway.close())

const secretIn = /(?:gths|gtht|whsec)_[A-Za-z0-9+/_-]+=?/g

/** Calls an endpoint that is to show a secret, and remembers what it showed. */
async function reveal<T = Made>(
  name: string,
  path: string,
  body: unknown = {},
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await gateway.admin('POST', path, body, { headers })
  const text = await response.text()
  expect([name, response.status < 300, text]).toEqual([name, true, expect.any(String)])
  const found = text.match(secretIn) ?? []
  expect([name, found.length]).toEqual([name, 1])
  shown.set(name, found[0] ?? '')
  return (headers.accept === 'text/csv' ? pairOf(text) : JSON.parse(text)) as T
}

function pairOf(csv: string): Pair {
  const [client_id = '', client_secret = ''] = csv.split('\n')[1]?.split(',') ?? []
  return { client_id, client_secret }
}

const csv = { accept: 'text/csv' }

/** Logs in rightly and nearly rightly, in every way. */
async function use(pair: Pair): Promise<void> {
  const near = pair.client_secret.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))
  sent.set(`nearly ${near}`, near)
  for (const client_secret of [pair.client_secret, near]) {
    for (const method of METHODS) await logIn(fixture, { ...pair, client_secret }, { method })
  }
}

/** Puts a secret into every wrong place. */
async function misplace({ client_id, client_secret }: Pair): Promise<void> {
  const login = { grant_type: 'client_credentials', client_id }
  const authorization = `Bearer ${client_secret}`
  await gateway.token({ ...login, client_id: client_secret })
  await gateway.token({ ...login, scope: client_secret })
  await gateway.token({ ...login, resource: client_secret })
  await gateway.token({ ...login, client_assertion: client_secret })
  await gateway.token({ ...login, grant_type: client_secret })
  await gateway.token(login, { headers: { authorization } })
  await gateway.token(login, { headers: { authorization: basic(client_secret, client_id) } })
  await gateway.token(exchangeForm(client_id, client_secret))
  await gateway.token(fixture.BR({ subject_token: client_secret }))
  await gateway.fetch(`/oauth/token?client_secret=${client_secret}`, { method: 'POST' })
  await gateway.fetch(`/${client_secret}`)
  await gateway.admin('GET', `/service-accounts/${client_secret}`)
  await gateway.admin('GET', `/service-accounts?cursor=${client_secret}`)
  await gateway.admin('GET', '/service-accounts', undefined, { token: client_secret })
  await gateway.admin('POST', '/service-accounts', { namespace: '/acme', name: client_secret })
  await gateway.admin('POST', '/service-accounts', { nonsense: client_secret })
}

async function driveSecrets(): Promise<void> {
  const { roles } = fixture
  const account = (name: string) => ({
    namespace: '/acme',
    name,
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
  })
  const once = { 'idempotency-key': 'leaks-1' }
  const made = await reveal<Made & Pair>('account', '/service-accounts', account('one'), once)
  await gateway.admin('POST', '/service-accounts', account('one'), { headers: once })
  const filed = await reveal<Pair>('account as a file', '/service-accounts', account('two'), csv)
  const path = secretsOf(made)
  const second = await reveal<Pair>('secret', path, { expires_in_days: 7 }, once)
  for (const headers of [once, { ...once, ...csv }]) {
    await gateway.admin('POST', path, { expires_in_days: 7 }, { headers })
    await gateway.admin('POST', path, { expires_in_days: 8 }, { headers })
  }
  for (const pair of [made, filed, second]) await use(pair)
  await gateway.admin('POST', path, {})
  const reset = await reveal<Pair>('reset', `${path}:reset`)
  const kept = await reveal<Pair>('reset with grace', `${path}:reset`, { grace_seconds: 600 }, csv)
  for (const pair of [second, reset, kept]) await use(pair)
  const moved = await reveal<Pair>('reset to another id', `${path}:reset`, {
    rotate_client_id: true,
  })
  await use(moved)
  await misplace(moved)
  await gateway.admin('GET', path)
  await gateway.admin('GET', `/service-accounts/${made.id}`)
}

async function driveNamedTokens(): Promise<void> {
  const account = await fixture.account('with-tokens', { policies: [] })
  const path = `/service-accounts/${account.id}/tokens`
  const body = { name: 'grafana', resource_server_id: fixture.resourceServers.api1.id }
  const once = { 'idempotency-key': 'leaks-2' }
  type Token = Made & { readonly token: string }
  const made = await reveal<Token>('named token', path, body, once)
  await gateway.admin('POST', path, body, { headers: once })
  await gateway.token(exchangeForm(account.client_id, made.token))
  const again = await reveal<Token>('named token, again', `${path}/${made.id}:regenerate`)
  for (const { token } of [made, again]) {
    await gateway.token(exchangeForm(account.client_id, token))
    await gateway.token(exchangeForm('nobody', token))
    await gateway.admin('GET', '/service-accounts', undefined, { token })
    for (const endpoint of ['introspect', 'revoke']) {
      const { client_id } = account
      const body = new URLSearchParams({ token, client_id })
      await gateway.fetch(`/oauth/${endpoint}`, { method: 'POST', body })
    }
  }
  await gateway.admin('GET', path)
}

async function driveWebhooks(): Promise<void> {
  const path = '/notification-subscriptions'
  const target = 'https://hooks.acme.example/gatehouse'
  const { arrivals } = playEndpoint(gateway, target)
  const body = { namespace: '/acme', channel: 'webhook', target }
  const made = await reveal('webhook', path, body)
  const one = `${path}/${made.id}`
  await reveal('webhook, again', `${one}:rotate-secret`)
  expect((await gateway.admin('POST', `${one}:test`)).status).toBe(200)
  expect(arrivals).toHaveLength(1)
  delivered.push(JSON.stringify(arrivals))
  for (const each of [path, one, `${one}/notices`]) await gateway.admin('GET', each)
}

/** Makes a root account at the address that Mia-Platform's clients know. */
async function driveRootAccounts(): Promise<void> {
  const response = await gateway.fetch('/api/service-accounts', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.rootToken()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'Another root' }),
  })
  expect(response.status).toBe(201)
  const made = (await response.json()) as { clientId: string; clientSecret: string }
  shown.set('root account', made.clientSecret)
  await use({ client_id: made.clientId, client_secret: made.clientSecret })
  await gateway.fetch(`/api/service-accounts/${made.clientId}`, { method: 'DELETE' })
}

/** Exchanges, and asks about what was issued; access tokens are secrets too. */
async function driveExchanges(): Promise<void> {
  const { BT, BR } = fixture
  const token = BT()
  sent.set('outside token', token.split('.')[2] ?? '')
  for (const resource of [API_1, 'https://nobody.test']) {
    await gateway.token(BR({ subject_token: token, resource }))
  }
  await gateway.token(BR({ subject_token: BT({ repository_id: '7' }) }))
  const answer = await gateway.token(BR())
  const { access_token } = (await answer.json()) as { access_token: string }
  shown.set('access token', access_token.split('.')[2] ?? '')
  const body = new URLSearchParams({ token: access_token, client_id: fixture.deployer.client_id })
  await gateway.fetch('/oauth/introspect', { method: 'POST', body })
  await gateway.fetch('/oauth/revoke', { method: 'POST', body })
  const dryRun = { service_account_id: fixture.deployer.id, token }
  await gateway.admin('POST', '/policy-evaluations', dryRun)
  await gateway.admin('GET', '/decisions?limit=200')
}

/** The spellings in which somebody who found it could still use it. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const digest = createHash('sha256').update(bytes).digest()
  const tail = secret.slice(secret.indexOf('_') + 1)
  return [
    secret,
    tail,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    // A digest without a key could be guessed at offline, were the secret a weak one.
    digest.toString('hex'),
    digest.toString('base64url'),
  ]
}

const timesIn = (text: string, part: string): number => text.split(part).length - 1

test('AC-330 every secret is where it was shown, once, and nowhere else', async () => {
  const { client_id, client_secret } = gateway.root
  sent.set('root secret', client_secret)
  await use({ client_id, client_secret })
  await driveSecrets()
  await driveNamedTokens()
  await driveWebhooks()
  await driveRootAccounts()
  await driveExchanges()
  expect([...shown.keys()]).toEqual([
    'account',
    'account as a file',
    'secret',
    'reset',
    'reset with grace',
    'reset to another id',
    'named token',
    'named token, again',
    'webhook',
    'webhook, again',
    'root account',
    'access token',
  ])
  const answers = recording.answers.join('\n')
  for (const [name, secret] of shown) {
    expect([name, secret.length > 40, timesIn(answers, secret)]).toEqual([name, true, 1])
  }
  for (const [name, secret] of sent) {
    expect([name, secret.length > 40, timesIn(answers, secret)]).toEqual([name, true, 0])
  }
  // What is written after the answers has its time.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const left = { ...(await traces(gateway)), delivered: delivered.join('\n') }
  for (const [place, text] of Object.entries(left)) {
    expect([place, text.length > 2]).toEqual([place, true])
    for (const [name, secret] of [...shown, ...sent]) {
      const found = spellings(secret).filter((spelling) => text.includes(spelling))
      expect([place, name, found]).toEqual([place, name, []])
    }
  }
  expect(recording.answers.length).toBeGreaterThan(100)
  expect(gateway.logs.length).toBeGreaterThan(20)
})
