import { beforeAll, describe, expect, it } from 'vitest'
import { type AdaptedApi, adapters } from '../support/adapters.ts'
import { useHouse } from '../support/attack.ts'
import { makeCallers, type SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { callApi, startApi } from '../support/edge-apis.ts'
import { INACTIVE, introspection, makeIntrospector, postForm } from '../support/endings.ts'
import { expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'

const house = useHouse()

let a: SecretAccount
let b: SecretAccount
/** Ask the gateway: one about each token, the other for what was revoked. */
let asking: AdaptedApi
let following: AdaptedApi

beforeAll(async () => {
  a = (await makeCallers(house())).secret
  b = await makeIntrospector(house(), 'client-b', '/globex')
  const { client_id, client_secret } = await makeIntrospector(house(), 'api-1')
  const [adapter] = adapters
  if (adapter === undefined) throw new Error('there is no adapter')
  const { gateway } = house()
  asking = await startApi(gateway, adapter, API_1, {
    revocation: 'introspection',
    introspection: { clientId: client_id, clientSecret: client_secret, cacheSeconds: 0 },
  })
  following = await startApi(gateway, adapter, API_1, { revocation: { feed: 'fail-closed' } })
})

const login = async (): Promise<string> => {
  const authorization = basic(a.client_id, a.client_secret)
  const form = { grant_type: 'client_credentials', resource: API_1 }
  const response = await house().gateway.token(form, { headers: { authorization } })
  return (await expectIssued(response)).access_token
}

const statuses = async (token: string): Promise<number[]> => {
  const answers = [asking, following].map((api) => callApi(api, API_1, `Bearer ${token}`))
  return (await Promise.all(answers)).map(({ status }) => status)
}

describe('another client’s token', () => {
  it('AC-274 is not revoked, and nothing is told of it; the API goes on letting it in', async () => {
    const token = await login()
    expect(await statuses(token)).toEqual([200, 200])
    const { client_id, client_secret } = b
    const credentials = { authorization: basic(client_id, client_secret) }
    const { gateway } = house()
    for (const headers of [credentials, {}]) {
      const form = 'authorization' in headers ? { token } : { token, client_id }
      const revoked = await postForm(gateway, 'revoke', form, headers)
      expect([revoked.status, await revoked.text()]).toEqual([200, '{}'])
    }
    expect(await introspection(gateway, b, token)).toEqual(INACTIVE)
    expect(await statuses(token)).toEqual([200, 200])
  })

  it('AC-274 while its own client revokes it, and who asks is told at once', async () => {
    const token = await login()
    expect(await statuses(token)).toEqual([200, 200])
    const own = { authorization: basic(a.client_id, a.client_secret) }
    await postForm(house().gateway, 'revoke', { token }, own)
    const [status] = await statuses(token)
    expect(status).toBe(401)
  })
})
