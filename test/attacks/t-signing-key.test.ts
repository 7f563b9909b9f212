import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type Client, createClient, type Value } from '@libsql/client/http'
import { beforeAll, describe, expect, test } from 'vitest'
import { provision } from '../../scripts/database/provision.ts'
import { startHranaServer } from '../../scripts/hrana/listen.ts'
import { useHouse } from '../support/attack.ts'
import { DOORS } from '../support/baseline.ts'
import { makeCallers, type SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import { settings } from '../support/settings.ts'
import { issuedCount } from '../support/snapshot.ts'

const house = useHouse()

type Row = Readonly<Record<string, Value>>
let once: Account
let secret: SecretAccount
/** An active key of a deployment with another key-encryption key. */
let foreign: Row

beforeAll(async () => {
  const callers = await makeCallers(house())
  once = callers.once
  secret = callers.secret
  foreign = await foreignKey()
})

/** Provisions another database under another key-encryption key, and takes its signing key. */
async function foreignKey(): Promise<Row> {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-foreign-`)
  const server = await startHranaServer({ file: `${directory}/foreign.db` })
  const db = createClient({ url: server.url })
  try {
    const keyEncryptionKey = `1:${Buffer.alloc(32, 'another key').toString('base64url')}`
    await provision({ libsqlUrl: server.url, ...settings, keyEncryptionKey })
    return await activeKey(db)
  } finally {
    db.close()
    await server.close()
    await rm(directory, { recursive: true })
  }
}

async function activeKey(db: Client): Promise<Row> {
  const { rows } = await db.execute("SELECT * FROM signing_keys WHERE state = 'active'")
  return { ...rows[0] }
}

/** Puts a row in the place of the active key; without one there is none. */
async function restore(row: Row | null): Promise<void> {
  const { db } = house().gateway
  const names = Object.keys(row ?? {})
  const insert = `INSERT INTO signing_keys (${names}) VALUES (${names.map(() => '?')})`
  await db.batch([
    "DELETE FROM signing_keys WHERE state = 'active'",
    ...(row === null ? [] : [{ sql: insert, args: Object.values(row) }]),
  ])
}

const login = () =>
  house().gateway.token(
    { grant_type: 'client_credentials', resource: API_1 },
    { headers: { authorization: basic(secret.client_id, secret.client_secret) } },
  )

const readiness = async (): Promise<unknown> => {
  const response = await house().gateway.fetch('/readyz')
  return [response.status, await response.json()]
}

async function kids(): Promise<unknown[]> {
  const response = await house().gateway.fetch('/.well-known/jwks.json')
  expect(response.status).toBe(200)
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

const altered = (row: Row): Row => {
  const text = String(row.wrapped_key)
  const middle = Math.floor(text.length / 2)
  const other = text[middle] === 'A' ? 'B' : 'A'
  return { ...row, wrapped_key: `${text.slice(0, middle)}${other}${text.slice(middle + 1)}` }
}

type Fault = readonly [string, (row: Row) => Row | null]

const gone: Fault[] = [
  ['missing', () => null],
  ['wrapped with another key-encryption key', () => foreign],
]

// An isolate that has opened a key is not troubled by these; a new one is.
const unreadable: Fault[] = [
  ['altered in one character', altered],
  ['of an unknown version', (row) => ({ ...row, wrapped_key: `9${row.wrapped_key}` })],
  ['no wrapped key at all', (row) => ({ ...row, wrapped_key: 'x' })],
  ['empty', (row) => ({ ...row, wrapped_key: '' })],
  ['under the id of another', (row) => ({ ...row, kid: String(foreign.kid) })],
  ['of an algorithm that it does not fit', (row) => ({ ...row, algorithm: 'RS256' })],
]

describe.each([
  { when: 'while the gateway runs', faults: gone },
  { when: 'at its start', faults: [...gone, ...unreadable] },
])('AC-383 $when', ({ when, faults }) => {
  test.each(faults)('AC-383 the signing key is %s', async (_, spoil) => {
    const { gateway, BT } = house()
    const good = await activeKey(gateway.db)
    const [issued, before] = [await issuedCount(gateway), await kids()]
    const token = BT()
    const forms = DOORS.map((door) => ({
      ...door.form(token),
      client_id: once.client_id,
      resource: API_1,
    }))
    const spoilt = spoil(good)
    await restore(spoilt)
    if (when === 'at its start') await gateway.restart()
    try {
      for (const form of forms) await expectU503(await gateway.token(form))
      await expectU503(await login())
      expect(await readiness()).toEqual([
        503,
        { status: 'unready', checks: { signing_key: expect.any(String) } },
      ])
      // What is published is what is stored, and nothing was improvised.
      expect(await kids()).toHaveLength(spoilt === null ? before.length - 1 : before.length)
      expect(await activeKey(gateway.db)).toEqual(spoilt ?? {})
      const metadata = await gateway.fetch('/.well-known/oauth-authorization-server')
      expect(metadata.status).toBe(200)
      await expect.poll(() => issuedCount(gateway)).toBe(issued)
    } finally {
      await restore(good)
    }
    const [first, second] = forms
    await expectIssued(await gateway.token(first ?? {}))
    const again = await gateway.token({ ...second, ...DOORS[0]?.form(token) })
    await expectS400(again)
    await expectIssued(await login())
    expect(await kids()).toEqual(before)
    expect(await readiness()).toEqual([200, { status: 'ready' }])
  })

  test('AC-383 an unreadable key does not stop administration', async () => {
    const { gateway } = house()
    const good = await activeKey(gateway.db)
    await restore(altered(good))
    if (when === 'at its start') await gateway.restart()
    try {
      expect((await gateway.admin('GET', '/namespaces')).status).toBe(200)
      const body = { path: `/acme/${when.replaceAll(/\W/g, '-')}` }
      expect((await gateway.admin('POST', '/namespaces', body)).status).toBe(201)
    } finally {
      await restore(good)
    }
  })
})
