import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { expectIssued, expectProblem, expectS400 } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import { text } from '../support/gateway-bindings.ts'
import type { Claims } from '../support/issuer.ts'
import type { Made } from '../support/maker.ts'
import { exchangeForm, makeToken, type NamedToken, tokensOf } from '../support/named-tokens.ts'
import { settings } from '../support/settings.ts'
import { HONEST, turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test', env: { MAX_NAMED_TOKEN_DAYS: text('400') } })

const DAY = 86_400_000

let robot: Account

beforeAll(async () => {
  robot = await house().account('robot', { policies: [] })
})

afterEach(() => turn(house().gateway, HONEST))

const exchange = (value: string, account = robot) =>
  house().gateway.token(exchangeForm(account.client_id, value))

const daysLeft = ({ expires_at }: Pick<NamedToken, 'expires_at'>) =>
  Math.round((Date.parse(expires_at) - Date.now()) / DAY)

const read = async (token: Made, account: Account = robot) => {
  const response = await house().gateway.admin('GET', `${tokensOf(account)}/${token.id}`)
  return (await response.json()) as NamedToken
}

describe('the end of a named token (test entry: clock)', () => {
  it('is its expiry, to the second, from a warm cache', async () => {
    const { gateway } = house()
    const { token, expires_at } = await makeToken(house(), robot, { expires_in_days: 1 })
    await expectIssued(await exchange(token))
    const left = Date.parse(expires_at) - Date.now()
    await turn(gateway, { clockOffsetMs: left - 5000 })
    await expectIssued(await exchange(token))
    await turn(gateway, { clockOffsetMs: left + 1000 })
    await expectS400(await exchange(token))
  })

  it('its name stays taken, until it is regenerated or deleted', async () => {
    const { gateway } = house()
    const token = await makeToken(house(), robot, { expires_in_days: 1 })
    await turn(gateway, { clockOffsetMs: DAY + 60_000 })
    const path = `${tokensOf(robot)}/${token.id}:regenerate`
    const fresh = await gateway.admin('POST', path, {}, { token: await later() })
    expect(fresh.status).toBe(200)
    await expectIssued(await exchange(((await fresh.json()) as NamedToken).token))
    await expectS400(await exchange(token.token))
  })
})

/** An admin token that is good when the clock is ahead. */
async function later(): Promise<string> {
  const { gateway } = house()
  const { client_id, client_secret } = gateway.root
  const form = { grant_type: 'client_credentials', client_id, client_secret }
  return (await expectIssued(await gateway.token(form))).access_token
}

describe('regenerating', () => {
  it('kills the previous value at once, here and in an isolate that remembers it', async () => {
    const { gateway } = house()
    const beside = await gateway.beside()
    const elsewhere = (value: string) => beside.token(exchangeForm(robot.client_id, value))
    const old = await makeToken(house(), robot)
    await expectIssued(await exchange(old.token))
    await expectIssued(await elsewhere(old.token))
    const path = `${tokensOf(robot)}/${old.id}:regenerate`
    const { token } = (await (await gateway.admin('POST', path)).json()) as NamedToken
    await expectS400(await elsewhere(old.token))
    await expectS400(await exchange(old.token))
    await expectIssued(await elsewhere(token))
    await expectIssued(await exchange(token))
  })

  it('forgets when the previous value was used: the list tells whether the new one is', async () => {
    const { gateway } = house()
    const token = await makeToken(house(), robot)
    await expectIssued(await exchange(token.token))
    await expect.poll(async () => (await read(token)).last_used_at).not.toBeNull()
    expect((await read(token)).last_used_from).not.toBeNull()
    await gateway.admin('POST', `${tokensOf(robot)}/${token.id}:regenerate`)
    expect((await read(token)).last_used_at).toBeNull()
  })

  it('notes the use of the new value at once, whatever was noted of the previous one', async () => {
    const { gateway } = house()
    const old = await makeToken(house(), robot)
    await expectIssued(await exchange(old.token))
    await expect.poll(async () => (await read(old)).last_used_at).not.toBeNull()
    const path = `${tokensOf(robot)}/${old.id}:regenerate`
    const { token } = (await (await gateway.admin('POST', path)).json()) as NamedToken
    await expectIssued(await exchange(token))
    await expect.poll(async () => (await read(old)).last_used_at).not.toBeNull()
  })
})

describe('peppers', () => {
  const versioned = (...versions: number[]) =>
    versions.map(
      (version) => `${version}:${Buffer.alloc(32, `pepper-${version}`).toString('base64url')}`,
    )

  it('are rotated without a token being lost, and end tokens when they go', async () => {
    const { gateway } = house()
    const [second, third] = versioned(2, 3)
    const both = await gateway.beside({ SECRET_PEPPER: text(`${settings.secretPepper},${second}`) })
    const old = await makeToken(house(), robot)
    const send = (clients: Pick<typeof gateway, 'token'>, value: string) =>
      clients.token(exchangeForm(robot.client_id, value))
    await expectIssued(await send(both, old.token))
    const members = { name: 'peppered', resource_server_id: house().resourceServers.api1.id }
    const made = await both.admin('POST', tokensOf(robot), members, {
      token: await gateway.rootToken(),
    })
    const { token } = (await made.json()) as NamedToken
    await expectIssued(await send(both, token))
    // Who does not know the second pepper does not know the token.
    await expectS400(await send(gateway, token))
    const other = await gateway.beside({ SECRET_PEPPER: text(`${second},${third}`) })
    await expectIssued(await send(other, token))
    await expectS400(await send(other, old.token))
  })
})

describe('the ceilings', () => {
  const limit = async (namespace: Made, days: number | null) => {
    const path = `/namespaces/${namespace.id}`
    const answer = await house().gateway.admin('PATCH', path, { named_tokens_max_days: days })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ named_tokens_max_days: days })
  }

  /** /acme/<name>/deep with an account in it. */
  const line = async (name: string) => {
    const { make, account } = house()
    const upper = await make.namespace(`/acme/${name}`)
    const lower = await make.namespace(`/acme/${name}/deep`)
    const owner = await account(name, { namespace: `/acme/${name}/deep`, policies: [] })
    return { upper, lower, owner }
  }

  const post = (owner: Account, members: Claims = {}) =>
    house().gateway.admin('POST', tokensOf(owner), {
      name: `t-${Math.random().toString(36).slice(2)}`,
      resource_server_id: house().resourceServers.api1.id,
      ...members,
    })

  it('of the deployment is the default where it is less than three years', async () => {
    expect(daysLeft(await makeToken(house(), robot))).toBe(400)
    const refused = await expectProblem(await post(robot, { expires_in_days: 401 }), 422)
    expect(refused.detail).toContain('400')
  })

  it('the smallest on the line to the root counts', async () => {
    const { upper, lower, owner } = await line('smallest')
    for (const [above, here, allowed] of [
      [30, null, 30],
      [30, 60, 30],
      [60, 20, 20],
      [null, 3650, 400],
      [null, null, 400],
    ] as const) {
      await limit(upper, above)
      await limit(lower, here)
      expect(daysLeft(await makeToken(house(), owner))).toBe(allowed)
      const refused = await post(owner, { expires_in_days: allowed + 1 })
      const { detail } = await expectProblem(refused, 422, 'validation-failed')
      expect(detail).toContain(String(allowed))
    }
  })

  it('0 allows none, and says so', async () => {
    const { upper, owner } = await line('none')
    const before = await makeToken(house(), owner)
    await limit(upper, 0)
    const { detail } = await expectProblem(await post(owner), 422, 'validation-failed')
    expect(detail).toContain('named_tokens_max_days')
    const path = `${tokensOf(owner)}/${before.id}:regenerate`
    await expectProblem(await house().gateway.admin('POST', path), 422, 'validation-failed')
  })

  it('lowered, counts at once for tokens that are there; raised, gives back no more than it took', async () => {
    const { gateway } = house()
    const { upper, owner } = await line('lowered')
    const beside = await gateway.beside()
    const token = await makeToken(house(), owner, { expires_in_days: 100 })
    const elsewhere = () => beside.token(exchangeForm(owner.client_id, token.token))
    await expectIssued(await elsewhere())
    await limit(upper, 0)
    await expectS400(await exchange(token.token, owner))
    await expectS400(await elsewhere())
    await limit(upper, 10)
    await expectIssued(await elsewhere())
    expect(daysLeft(await read(token, owner))).toBe(10)
    await turn(gateway, { clockOffsetMs: 10 * DAY + 60_000 })
    await expectS400(await exchange(token.token, owner))
    await turn(gateway, HONEST)
    await limit(upper, null)
    expect(daysLeft(await read(token, owner))).toBe(100)
  })

  it('of a namespace is changed by who decides above it; of /, by its owners', async () => {
    const { gateway } = house()
    const { upper, owner } = await line('whose')
    const here = await makeActor(gateway, '/acme/whose', [builtIn('owner', '/acme/whose')])
    const above = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const body = { named_tokens_max_days: 5 }
    const path = `/namespaces/${upper.id}`
    await expectProblem(await here.call('PATCH', path, body), 403, 'permission-denied')
    expect((await above.call('PATCH', path, body)).status).toBe(200)
    const { rows } = await gateway.db.execute("SELECT id FROM namespaces WHERE path = '/acme'")
    const tenant = `/namespaces/${rows[0]?.id}`
    await expectProblem(await above.call('PATCH', tenant, body), 403, 'permission-denied')
    await limit({ id: 'ns_root' }, 3)
    expect(daysLeft(await makeToken(house(), owner))).toBe(3)
    await limit({ id: 'ns_root' }, null)
  })

  it.each([-1, 3651, 1.5, '30'])('%j is none', async (days) => {
    const body = { named_tokens_max_days: days }
    const answer = await house().gateway.admin('PATCH', '/namespaces/ns_root', body)
    await expectProblem(answer, 422, 'validation-failed')
  })
})
