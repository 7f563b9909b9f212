import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, policyP0 } from '../support/baseline.ts'
import { expectB400, expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import type { DatabaseMode } from '../support/faulty-database.ts'
import { type Account, API_1, API_2 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { jws } from '../support/jws.ts'
import { makeEcKey } from '../support/keys.ts'

const house = useHouse({ faultyDatabase: true })

let once: Account
let alsoOnce: Account

beforeAll(async () => {
  once = await singleUse('once')
  alsoOnce = await singleUse('also-once')
})

afterEach(() => house().gateway.database.set('pass'))

function singleUse(name: string, overrides: Claims = {}): Promise<Account> {
  const { gateway, account } = house()
  const policy = policyP0(gateway.issuers.a.url, { name: 'P1', replay: 'single_use', ...overrides })
  return account(name, { policies: [policy] })
}

/** Presents a token in token exchange. */
function present(token: string, account: Account, overrides: Record<string, string> = {}) {
  const { gateway, BR } = house()
  return gateway.token(BR({ subject_token: token, client_id: account.client_id, ...overrides }))
}

describe('spent', () => {
  test('AC-230 twice under single use, twice under reusable', async () => {
    const { BT, refused, accepted } = house()
    const token = BT()
    await expectIssued(await present(token, once))
    await expectS400(await present(token, once))
    await refused(token, once)
    await accepted(BT())
  })

  test.each(DOORS)('AC-230 spent at $name, then presented at both doors', async (door) => {
    const { gateway, BT, refused } = house()
    const token = BT()
    const form = { ...door.form(token), client_id: once.client_id, resource: API_1 }
    await expectIssued(await gateway.token(form))
    await refused(token, once)
  })

  test('AC-231 no jti: the signed part is the handle, the signature is not', async () => {
    const { BT, refused, special } = house()
    const token = BT({ jti: undefined })
    await expectIssued(await present(token, once))
    await refused(token, once)
    const { issuer } = await special('ecdsa-once', { key: await makeEcKey('e1') })
    const account = await singleUse('ecdsa-once-account', { issuer: issuer.url })
    const parts = {
      header: { alg: 'ES256', kid: 'e1' },
      payload: JSON.stringify(house().claims({ iss: issuer.url, jti: undefined })),
      signer: issuer.key,
    }
    const [first, second] = [jws(parts), jws(parts)]
    expect(second).not.toBe(first)
    await expectIssued(await present(first, account))
    await refused(second, account)
  })

  test('AC-233 one token, two accounts', async () => {
    const token = house().BT()
    await expectIssued(await present(token, once))
    await expectS400(await present(token, alsoOnce))
    await expectIssued(await present(house().BT(), alsoOnce))
  })

  test('every issue counts, whatever the mode it was made in', async () => {
    const { BT, deployer } = house()
    const token = BT()
    await expectIssued(await present(token, deployer))
    await expectS400(await present(token, once))
    await expectIssued(await present(token, deployer))
    const other = BT()
    await expectIssued(await present(other, once))
    await expectIssued(await present(other, deployer))
  })

  test('once per audience: each resource server gets one', async () => {
    const { account, gateway, roles, BT } = house()
    const policy = policyP0(gateway.issuers.a.url, { replay: 'single_use_per_audience' })
    const options = { policies: [policy], roles: [roles.api1, roles.api2] }
    const twice = await account('per-audience', options)
    const token = BT()
    for (const resource of [API_1, API_2]) {
      await expectIssued(await present(token, twice, { resource }))
    }
    for (const resource of [API_1, API_2]) {
      await expectS400(await present(token, twice, { resource }))
    }
    await expectS400(await present(token, once))
  })
})

describe('not spent', () => {
  test('AC-234 refused for one account, good for another', async () => {
    const token = house().BT()
    const bound_claims = { repository_id: '2002', repository_owner_id: '501' }
    const stranger = await singleUse('stranger', { bound_claims })
    await expectS400(await present(token, stranger))
    await expectIssued(await present(token, once))
    await expectS400(await present(token, once))
  })

  test('AC-234 refused for its scope or target, then good', async () => {
    const token = house().BT()
    await expectB400(await present(token, once, { scope: 'deploy:destroy' }), 'invalid_scope')
    await expectB400(await present(token, once, { resource: API_2 }), 'invalid_target')
    await expectIssued(await present(token, once))
    await expectS400(await present(token, once))
  })

  const lost: DatabaseMode[] = ['refuse', 'html', 'error', 'hang']
  test.each(lost)('AC-235 the database fails (%s), then comes back', async (mode) => {
    const token = house().BT()
    house().gateway.database.set(mode)
    await expectU503(await present(token, once))
    house().gateway.database.set('pass')
    await expectIssued(await present(token, once))
    await expectS400(await present(token, once))
  })

  const claims = (body: string): boolean => /insert into/i.test(body)
  const lossy: DatabaseMode[] = ['lose-reply', 'truncate', 'hang-after-commit']

  test.each(lossy)('AC-235 the claim commits, every answer is lost (%s)', async (mode) => {
    const { database } = house().gateway
    const token = house().BT()
    const before = database.faults()
    database.set(mode, { when: claims })
    await expectU503(await present(token, once))
    expect(database.faults()).toBeGreaterThan(before)
    database.set('pass')
    // What was claimed without being issued is released behind the answer's back.
    const response = await vi.waitFor(
      async () => {
        const again = await present(token, once)
        expect(again.status).toBe(200)
        return again
      },
      { timeout: 20_000, interval: 250 },
    )
    await expectIssued(response)
    await expectS400(await present(token, once))
  })

  test.each(lossy)('AC-235 one lost answer (%s) is recognised as our own', async (mode) => {
    const { database } = house().gateway
    const token = house().BT()
    const before = database.faults()
    database.set(mode, { when: claims, times: 1 })
    await expectIssued(await present(token, once))
    expect(database.faults()).toBe(before + 1)
    await expectS400(await present(token, once))
  })
})
