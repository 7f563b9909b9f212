import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, policyP0 } from '../support/baseline.ts'
import { withinBound } from '../support/cold.ts'
import { expectB400, expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { type Account, API_1, API_2 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { HONEST, mintAt, turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test', faultyDatabase: true, persistKv: true })

let once: Account
let perAudience: Account
let both: Account

beforeAll(async () => {
  const { account, gateway, roles } = house()
  const policy = (replay: string): Claims =>
    policyP0(gateway.issuers.a.url, { name: replay, replay })
  const apis = [roles.api1, roles.api2]
  once = await account('once', { policies: [policy('single_use')], roles: apis })
  perAudience = await account('per-audience', {
    policies: [policy('single_use_per_audience')],
    roles: apis,
  })
  both = await account('both', { policies: [policy('reusable'), policy('single_use')] })
})

afterEach(async () => {
  house().gateway.database.set('pass')
  await turn(house().gateway, HONEST)
})

/** A token for which KV is asked: one that was not made just now. */
const oldToken = (overrides?: Claims): string => mintAt(house().gateway.issuers.a, -90, overrides)

function present(token: string, account: Account, overrides: Record<string, string> = {}) {
  const { gateway, BR } = house()
  return gateway.token(BR({ subject_token: token, client_id: account.client_id, ...overrides }))
}

/** What was asked and told of spent tokens since `from`. */
async function spentCalls(from = { kvReads: 0, kvWrites: 0 }) {
  const { kvReads, kvWrites } = await turn(house().gateway)
  const spent = (keys: readonly string[]) => keys.filter((key) => key.startsWith('spent:'))
  return {
    reads: spent(kvReads.slice(from.kvReads)),
    writes: spent(kvWrites.slice(from.kvWrites)),
  }
}

async function mark(): Promise<{ kvReads: number; kvWrites: number }> {
  const { kvReads, kvWrites } = await turn(house().gateway)
  return { kvReads: kvReads.length, kvWrites: kvWrites.length }
}

/** Exchanges a token, and answers with the key under which KV remembers it. */
async function spend(token: string, account: Account, resource = API_1): Promise<string> {
  const from = await mark()
  await expectIssued(await present(token, account, { resource }))
  return vi.waitFor(async () => {
    const [key] = (await spentCalls(from)).writes
    expect(await house().gateway.kv.get(String(key))).toMatch(/^[A-Za-z0-9_-]{43}$/)
    return String(key)
  })
}

/** Loses every claim, and the isolate with its memory: KV is what is left. */
async function leaveOnlyKv(): Promise<void> {
  const { gateway } = house()
  await gateway.db.execute('DELETE FROM decisions')
  await gateway.restart()
}

/** How many decisions to issue an account has. */
async function issuedTo({ id }: Account): Promise<number> {
  const { rows } = await house().gateway.db.execute({
    sql: "SELECT 1 FROM decisions WHERE outcome = 'issued' AND service_account_id = ?",
    args: [id],
  })
  return rows.length
}

/** Waits until what a race left behind is written, and the gateway serves again. */
async function calm(): Promise<void> {
  const { gateway, BR } = house()
  const serves = async () => expect((await gateway.token(BR())).status).toBe(200)
  await vi.waitFor(serves, { timeout: 30_000, interval: 500 })
}

describe('race: one of 500 (test entry: KV)', () => {
  const PRESENTATIONS = 500

  test.each(['working', 'empty', 'stale', 'throwing', 'lying', 'hanging', 'put_429'] as const)(
    'race: one of 500, KV %s',
    async (kv) => {
      const { gateway, refused } = house()
      const issued = await issuedTo(once)
      await turn(gateway, { kv })
      const token = oldToken()
      const statuses = await Promise.all(
        Array.from({ length: PRESENTATIONS }, async (_, i) => {
          const form = DOORS[i % DOORS.length]?.form(token)
          const request = { ...form, client_id: once.client_id, resource: API_1 }
          const response = await gateway.token(request)
          await response.body?.cancel()
          return response.status
        }),
      )
      const count = (...of: number[]) => statuses.filter((status) => of.includes(status)).length
      expect(count(200)).toBe(1)
      // An overloaded machine may say 503 instead of no; never instead of yes.
      expect(count(400, 503)).toBe(PRESENTATIONS - 1)
      await calm()
      await refused(token, once)
      await expect.poll(() => issuedTo(once)).toBe(issued + 1)
    },
    90_000,
  )
})

describe('what KV remembers (test entry: counters)', () => {
  test.each([
    ['a token that lives on', 300],
    ['one that expires soon', 10],
  ])('an entry lives as long as its token could be replayed: %s', async (_, seconds) => {
    const { gateway, refused } = house()
    const token = oldToken({ exp: Math.floor(Date.now() / 1000) + seconds })
    const key = await spend(token, once)
    const { rows } = await gateway.db.execute(
      "SELECT remember_until FROM decisions WHERE outcome = 'issued' ORDER BY at DESC, rowid DESC",
    )
    const until = Number(rows[0]?.remember_until)
    const expiration = (await gateway.kv.expirations()).get(key) ?? 0
    expect(until).toBeGreaterThanOrEqual(Math.floor(Date.now() / 1000) + seconds + 30)
    expect(Math.abs(expiration - until)).toBeLessThanOrEqual(30)
    await refused(token, once)
  })

  test('with the row gone, KV alone still refuses', async () => {
    const { gateway, refused } = house()
    const token = oldToken()
    await spend(token, once)
    await leaveOnlyKv()
    await refused(token, once)
    await refused(token, once)
    // "Seen" skips the claim, not the record of the refusal.
    await vi.waitFor(async () => {
      const { rows } = await gateway.db.execute('SELECT outcome, reason FROM decisions')
      const reused = rows.filter(({ reason }) => reason === 'reused')
      expect([rows.length, reused.length]).toEqual([4, 4])
    })
  })

  test('with KV empty, libSQL alone still refuses', async () => {
    const { gateway, refused } = house()
    const token = oldToken()
    await spend(token, once)
    await gateway.kv.clear()
    await gateway.restart()
    await refused(token, once)
  })

  test('a fresh token is not asked for', async () => {
    const { BT } = house()
    const from = await mark()
    const token = BT()
    await expectIssued(await present(token, once))
    await expectS400(await present(token, once))
    expect((await spentCalls(from)).reads).toEqual([])
  })

  const otherTag = async (key: string): Promise<string> => {
    const other = await spend(oldToken(), once)
    expect(other).not.toBe(key)
    return String(await house().gateway.kv.get(other))
  }

  test.each<[string, (key: string, tag: string) => string | Promise<string>]>([
    ['the tag of another token', otherTag],
    ['a tag of zeros', () => 'A'.repeat(43)],
    ['a tag cut short', (_, tag) => tag.slice(0, 40)],
    ['a tag made longer', (_, tag) => `${tag}AAAA`],
    ['its own key', (key) => key],
    ['true', () => 'true'],
    ['nothing', () => ''],
    ['what is no base64url', () => '***'],
  ])('a forged entry is a miss: %s', async (_, forge) => {
    const { gateway, refused } = house()
    const token = oldToken()
    const key = await spend(token, once)
    await gateway.kv.put(key, await forge(key, String(await gateway.kv.get(key))))
    await leaveOnlyKv()
    await expectIssued(await present(token, once))
    await refused(token, once)
  })
})

describe('modes (test entry: counters)', () => {
  test('per audience: the entry of one audience does not refuse another', async () => {
    const token = oldToken()
    await spend(token, perAudience, API_1)
    await leaveOnlyKv()
    await expectIssued(await present(token, perAudience, { resource: API_2 }))
    for (const resource of [API_1, API_2]) {
      await expectS400(await present(token, perAudience, { resource }))
    }
  })

  test('reusable neither asks KV nor tells it', async () => {
    const { deployer, accepted } = house()
    const token = oldToken()
    const from = await mark()
    await accepted(token, deployer)
    await accepted(token, deployer)
    expect(await spentCalls(from)).toEqual({ reads: [], writes: [] })
  })

  test('an entry counts only for the mode that is chosen', async () => {
    const { deployer } = house()
    const token = oldToken()
    await spend(token, once)
    await leaveOnlyKv()
    const from = await mark()
    await expectIssued(await present(token, both))
    expect((await spentCalls(from)).reads).toHaveLength(1)
    await expectIssued(await present(token, deployer))
    await leaveOnlyKv()
    await expectIssued(await present(token, perAudience))
    await expectS400(await present(token, once))
  })
})

describe('what is not remembered (test entry: counters)', () => {
  test('a refused scope, a refused target, a mismatch', async () => {
    const token = oldToken()
    const from = await mark()
    await expectB400(await present(token, once, { scope: 'deploy:destroy' }), 'invalid_scope')
    await expectB400(await present(token, once, { resource: 'https://x.test' }), 'invalid_target')
    await expectS400(await present(oldToken({ repository_id: '2002' }), once))
    expect((await spentCalls(from)).writes).toEqual([])
    await spend(token, once)
    await expectS400(await present(token, once))
  })

  test('a claim that was released', async () => {
    const { database } = house().gateway
    const token = oldToken()
    const from = await mark()
    database.set('lose-reply', { when: (body) => /insert into/i.test(body) })
    await expectU503(await present(token, once))
    database.set('pass')
    expect((await spentCalls(from)).writes).toEqual([])
    await vi.waitFor(async () => expect((await present(token, once)).status).toBe(200), {
      timeout: 20_000,
      interval: 250,
    })
    expect((await spentCalls(from)).writes).toHaveLength(1)
  })
})

test('a KV that never answers holds nobody up, not even a new isolate', async () => {
  const { gateway, BR } = house()
  await gateway.restart()
  await turn(gateway, { kv: 'hanging' })
  await expectIssued(await withinBound(gateway.token(BR())))
  const token = oldToken()
  await expectIssued(await withinBound(present(token, once)))
  await expectS400(await withinBound(present(token, once)))
})
