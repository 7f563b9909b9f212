import { randomUUID } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { chill } from '../support/cold.ts'
import { expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { type Fault, garbage, redirect, status } from '../support/issuer-faults.ts'
import { makeRsaKey, type TestKey } from '../support/keys.ts'
import { HONEST, turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test' })

const MINUTE = 60
/** Keys are fresh for 300 s, give or take the jitter of a tenth. */
const STALE = 331
/** One attempt per 30 s. */
const COOL = 31

let a2: TestKey
let offset = 0

beforeAll(async () => {
  a2 = await makeRsaKey('a2')
})

// Warm: the keys were fetched at offset 0, and nobody has asked for them since.
beforeEach(async () => {
  await chill(house())
  house().gateway.issuers.reset()
  await expectIssued(await present())
})

afterEach(async () => {
  await clock(0)
  await turn(house().gateway, HONEST)
  house().gateway.issuers.reset()
  await chill(house())
})

/** Sets the gateway's clock ahead, and the CI's with it. */
async function clock(seconds: number): Promise<void> {
  offset = seconds
  await turn(house().gateway, { clockOffsetMs: seconds * 1000 })
}

/** Presents BT, minted now as all clocks have it. */
function present(key?: TestKey, header: Record<string, string> = {}): Promise<Response> {
  const { gateway, claims, BR } = house()
  const at = Math.floor(Date.now() / 1000) + offset
  const token = gateway.issuers.a.mint(claims({ iat: at, nbf: at, exp: at + 300 }), header, key)
  return gateway.token(BR({ subject_token: token }))
}

/** Presents a token with a key id that nobody has heard of. */
const presentUnknown = () => present(undefined, { kid: randomUUID() })

/** How often discovery and key set were asked. */
function asked(): number[] {
  const { a } = house().gateway.issuers
  return [a.discovery.hits, a.keySet.hits]
}

function spoil(fault: Fault | null): void {
  house().gateway.issuers.a.keySet.fault = fault
}

describe('refreshing fails (test entry: clock)', () => {
  test.each([302, 307, 308])('AC-147 warm, then %i to F3', async (code) => {
    const { evil } = house().gateway.issuers
    spoil(redirect(`${evil.url}/jwks`, code))
    await clock(STALE)
    await expectIssued(await present())
    expect([asked(), evil.hits()]).toEqual([[2, 2], 0])
    // The redirect's target has a key that would verify this one.
    await expectU503(await present(evil.key))
    expect(evil.hits()).toBe(0)
  })

  test('AC-155 half an hour of failure, and more than one', async () => {
    spoil(status(500))
    await clock(30 * MINUTE)
    await expectIssued(await present())
    await clock(59 * MINUTE)
    await expectIssued(await present())
    await clock(61 * MINUTE)
    await expectU503(await present())
    await expectU503(await presentUnknown())
    spoil(null)
    await expectU503(await present())
    await clock(61 * MINUTE + COOL)
    await expectIssued(await present())
  })

  test('AC-156 bad documents never replace a good one', async () => {
    const { html, empty, null: nothing, array, keysObject, noKeys } = garbage
    const documents = [html, nothing, array, keysObject, noKeys, empty]
    const { logs } = house().gateway
    for (const [i, document] of documents.entries()) {
      const from = logs.length
      spoil(document)
      await clock((i + 1) * STALE)
      await expectIssued(await present())
      expect(asked()).toEqual([i + 2, i + 2])
      const alerts = () => logs.slice(from).filter((line) => line.includes('"issuer_keys"'))
      await expect.poll(alerts).toHaveLength(1)
    }
  })

  test('AC-163 an unseen key id while the key set is down', async () => {
    house().gateway.issuers.a.keys.push(a2.jwk)
    spoil(status(503))
    await clock(COOL)
    await expectU503(await present(a2))
    await expectU503(await presentUnknown())
    await expectIssued(await present())
    expect(asked()).toEqual([2, 2])
    spoil(null)
    await expectU503(await present(a2))
    await clock(2 * COOL)
    await expectIssued(await present(a2))
    expect(asked()).toEqual([3, 3])
  })
})

describe('keys change (test entry: clock)', () => {
  test('AC-161 a new key beside the old one', async () => {
    const { a } = house().gateway.issuers
    a.keys = [a.key.jwk, a2.jwk]
    await clock(COOL)
    await expectIssued(await present(a2))
    expect(asked()).toEqual([2, 2])
    for (const response of await Promise.all([present(), present(a2), present(a2)])) {
      await expectIssued(response)
    }
    expect(asked()).toEqual([2, 2])
  })

  test('AC-161 many tokens under the new key at once', async () => {
    const { a } = house().gateway.issuers
    a.keys = [a.key.jwk, a2.jwk]
    await clock(COOL)
    const answers = await Promise.all(Array.from({ length: 50 }, () => present(a2)))
    for (const answer of answers) await expectIssued(answer)
    expect(asked()).toEqual([2, 2])
  })

  test('AC-162 a removed key dies with the refresh', async () => {
    const { a } = house().gateway.issuers
    a.keys = [a2.jwk]
    await clock(COOL)
    await expectIssued(await present(a2))
    await expectS400(await present())
    await clock(2 * COOL)
    await expectS400(await present())
    await expectIssued(await present(a2))
  })

  test('AC-162 a key under the old name is another key', async () => {
    const { a } = house().gateway.issuers
    const impostor = await makeRsaKey('a1')
    a.keys = [impostor.jwk]
    await clock(STALE)
    await expectIssued(await present(impostor))
    await expectS400(await present())
  })

  test('AC-164 random key ids cost one request per cool-down', async () => {
    for (const round of [1, 2, 3]) {
      await clock(round * COOL)
      const answers = await Promise.all(Array.from({ length: 20 }, presentUnknown))
      for (const answer of answers) await expectS400(answer)
      await expectIssued(await present())
      expect(asked()).toEqual([round + 1, round + 1])
    }
  })

  test('AC-169 a key set that asks to be kept for a year', async () => {
    const { a } = house().gateway.issuers
    a.keySet.headers = { 'cache-control': 'max-age=31536000, immutable' }
    await chill(house())
    await expectIssued(await present())
    a.keys = [a2.jwk]
    await clock(5)
    await expectS400(await present(a2))
    await clock(5 + 30)
    await expectIssued(await present(a2))
  })

  test('AC-169 a key set that asks not to be kept', async () => {
    const { a } = house().gateway.issuers
    a.keySet.headers = { 'cache-control': 'no-store' }
    await chill(house())
    await expectIssued(await present())
    const [first, start] = [a.keySet.hits, performance.now()]
    const last = 120
    for (let seconds = 6; seconds <= last; seconds += 6) {
      await clock(seconds)
      await Promise.all([present(), presentUnknown(), present()])
    }
    const gatewaySeconds = last + (performance.now() - start) / 1000
    const hits = a.keySet.hits - first
    expect(hits).toBeGreaterThan(0)
    expect(hits).toBeLessThanOrEqual(Math.ceil(gatewaySeconds / 30))
  })
})
