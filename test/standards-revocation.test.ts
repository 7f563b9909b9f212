import { beforeAll, describe, expect, test, vi } from 'vitest'
import { withAssertion } from './support/assertion.ts'
import { useHouse } from './support/attack.ts'
import { makeCallers, type SecretAccount } from './support/callers.ts'
import { basic } from './support/clients.ts'
import { INACTIVE, introspection, makeIntrospector, mintFor, postForm } from './support/endings.ts'
import { expectB400, expectC401, expectError, expectIssued } from './support/expect.ts'
import { API_1 } from './support/fixture.ts'
import type { Claims } from './support/issuer.ts'
import { makeKeyClient } from './support/key-clients.ts'
import { exchangeForm, makeToken } from './support/named-tokens.ts'

const house = useHouse()

let api: SecretAccount
let secret: SecretAccount

beforeAll(async () => {
  api = await makeIntrospector(house(), 'api-1')
  secret = (await makeCallers(house())).secret
})

const post = (form: Claims, headers?: Record<string, string>) =>
  postForm(house().gateway, 'revoke', form as Record<string, string>, headers)

const isActive = async (token: string): Promise<unknown> => {
  const answer = await introspection(house().gateway, api, token)
  if (answer.active !== true) expect(answer).toEqual(INACTIVE)
  return answer.active
}

const login = async (): Promise<string> => {
  const authorization = basic(secret.client_id, secret.client_secret)
  const form = { grant_type: 'client_credentials', resource: API_1 }
  const response = await house().gateway.token(form, { headers: { authorization } })
  return (await expectIssued(response)).access_token
}

const marks = async (): Promise<number> => {
  const { rows } = await house().gateway.db.execute('SELECT count(*) AS n FROM revocations')
  return Number(rows[0]?.n)
}

async function expectRevoked(response: Response): Promise<void> {
  expect([response.status, await response.text()]).toEqual([200, '{}'])
  expect(response.headers.get('cache-control')).toBe('no-store')
}

describe('RFC 7009 §2.1 a client ends its own token', () => {
  test('by its secret in the header or the body, or by naming itself', async () => {
    const { client_id, client_secret } = secret
    const ways: ((token: string) => Promise<Response>)[] = [
      (token) => post({ token }, { authorization: basic(client_id, client_secret) }),
      (token) => post({ token }, { authorization: basic(client_id, '') }),
      (token) => post({ token, client_id, client_secret }),
      (token) => post({ token, client_id }),
      (token) => post({ token, client_id, token_type_hint: 'refresh_token', x: 'y' }),
    ]
    for (const way of ways) {
      const [token, other] = [await login(), await login()]
      expect(await isActive(token)).toBe(true)
      await expectRevoked(await way(token))
      expect(await isActive(token)).toBe(false)
      await expectRevoked(await way(token))
      expect(await isActive(other)).toBe(true)
    }
  })

  test('by its key, once', async () => {
    const client = await makeKeyClient(house(), 'key-client')
    const { access_token: token } = await expectIssued(await client.login())
    const form = { token, ...withAssertion(client.assertion()) }
    await expectRevoked(await post(form))
    expect(await isActive(token)).toBe(false)
    await expectC401(await post(form))
  })

  test('from a federated login, for which it has nothing but its client id', async () => {
    const { deployer } = house()
    const token = await mintFor(house(), deployer)
    await expectRevoked(await post({ token, client_id: deployer.client_id }))
    expect(await isActive(token)).toBe(false)
    expect(await isActive(await mintFor(house(), deployer))).toBe(true)
  })

  test('that is named, with what it was exchanged for', async () => {
    const { gateway } = house()
    const named = await makeToken(house(), secret)
    const other = await makeToken(house(), secret)
    const exchange = async ({ token }: { token: string }) =>
      gateway.token(exchangeForm(secret.client_id, token))
    const [one, two] = [await exchange(named), await exchange(other)]
    const [ended, kept] = [await expectIssued(one), await expectIssued(two)]
    const { client_secret } = secret
    const authenticated = await gateway.token({
      ...exchangeForm(secret.client_id, named.token),
      client_secret,
    })
    const alike = await expectIssued(authenticated)
    await expectRevoked(await post({ token: named.token, client_id: secret.client_id }))
    expect(await isActive(named.token)).toBe(false)
    expect(await isActive(ended.access_token)).toBe(false)
    expect(await isActive(alike.access_token)).toBe(false)
    await expectB400(await exchange(named), 'invalid_request')
    expect(await isActive(other.token)).toBe(true)
    expect(await isActive(kept.access_token)).toBe(true)
    const list = await gateway.admin('GET', `/service-accounts/${secret.id}/tokens`)
    const ids = ((await list.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
    expect(ids).not.toContain(named.id)
    expect(ids).toContain(other.id)
  })

  test('after its client id was rotated', async () => {
    const { gateway } = house()
    const token = await login()
    const old = secret.client_id
    const path = `/service-accounts/${secret.id}/secrets:reset`
    const reset = await gateway.admin('POST', path, { rotate_client_id: true })
    secret = { ...secret, ...((await reset.json()) as SecretAccount), id: secret.id }
    expect(secret.client_id).not.toBe(old)
    expect(await isActive(token)).toBe(true)
    const authorization = basic(secret.client_id, secret.client_secret)
    await expectRevoked(await post({ token }, { authorization }))
    expect(await isActive(token)).toBe(false)
  })
})

describe('RFC 7009 §2.2 anything else is 200, and changes nothing', () => {
  test('AC-274 another client’s token, named or not', async () => {
    const { account } = house()
    const [token, named] = [await login(), await makeToken(house(), secret)]
    const b = await account('client-b', { policies: [], members: { client_credentials: {} } })
    const { client_id, client_secret } = b as SecretAccount
    const before = await marks()
    for (const text of [token, named.token]) {
      await expectRevoked(await post({ token: text, client_id }))
      await expectRevoked(await post({ token: text, client_id, client_secret }))
      await expectRevoked(await post({ token: text, client_id: 'nobody' }))
      await expectC401(
        await postForm(house().gateway, 'introspect', { token: text, client_id, client_secret }),
      )
      expect(await isActive(text)).toBe(true)
    }
    expect(await marks()).toBe(before)
  })

  test('garbage, a CI token, a signature that is not ours', async () => {
    const { client_id } = secret
    const token = await login()
    const [header, payload] = token.split('.')
    const forged = `${header}.${payload}.${'A'.repeat(86)}`
    const before = await marks()
    for (const text of ['x', '..', house().BT(), forged, 'y'.repeat(20_000)]) {
      await expectRevoked(await post({ token: text, client_id }))
    }
    expect(await marks()).toBe(before)
    expect(await isActive(token)).toBe(true)
  })
})

describe('RFC 7009 §2.2.1 the request', () => {
  test('AC-274 a client that fails to authenticate ends nothing, not even its own', async () => {
    const { client_id } = secret
    const token = await login()
    const refused = [
      post({ token, client_id, client_secret: 'wrong' }),
      post({ token }, { authorization: basic(client_id, 'wrong') }),
      post({ token }, { authorization: basic('nobody', 'wrong') }),
      post({ token }, { authorization: 'Bearer x' }),
      post({ token, client_id, ...withAssertion(house().BT()) }),
    ]
    for (const response of await Promise.all(refused)) await expectC401(response)
    expect(await isActive(token)).toBe(true)
  })

  test('needs a token and a client', async () => {
    const { client_id } = secret
    await expectB400(await post({ client_id }), 'invalid_request')
    await expectB400(await post({ token: '', client_id }), 'invalid_request')
    await expectB400(await post({ token: 'x' }), 'invalid_request')
    const { gateway } = house()
    const get = await gateway.fetch(`/oauth/revoke?token=x&client_id=${client_id}`)
    expect(get.headers.get('allow')).toBe('POST')
    await expectError(get, 405, 'invalid_request')
    const init = { method: 'POST', body: new URLSearchParams({ client_id }) }
    await expectB400(await gateway.fetch('/oauth/revoke?token=x', init), 'invalid_request')
  })
})

describe('race', () => {
  test('50 revocations of one token end it, and leave one mark', async () => {
    const { client_id } = secret
    const token = await login()
    const before = await marks()
    const all = Array.from({ length: 50 }, () => post({ token, client_id }))
    for (const response of await Promise.all(all)) await expectRevoked(response)
    expect(await isActive(token)).toBe(false)
    expect(await marks()).toBe(before + 1)
  })

  test('50 callers exchange a named token until it is revoked: nothing of it stays alive', async () => {
    const { gateway } = house()
    const { client_id } = secret
    const { token } = await makeToken(house(), secret)
    let revoked = false
    const issued: string[] = []
    const late: number[] = []
    const keepAsking = async (): Promise<void> => {
      for (let last = false; !last; ) {
        // What is sent once the revocation has answered is late, and its answer is the last one.
        last = revoked
        const response = await gateway.token(exchangeForm(client_id, token))
        if (last) late.push(response.status)
        if (response.status !== 200) await response.body?.cancel()
        else issued.push((await expectIssued(response)).access_token)
      }
    }
    const asking = Array.from({ length: 50 }, keepAsking)
    await vi.waitFor(() => expect(issued.length).toBeGreaterThan(0), 20_000)
    await expectRevoked(await post({ token, client_id })).finally(() => {
      revoked = true
    })
    await Promise.all(asking)
    expect(late).toEqual(Array(50).fill(400))
    expect(new Set(await Promise.all(issued.map(isActive)))).toEqual(new Set([false]))
  })
})
