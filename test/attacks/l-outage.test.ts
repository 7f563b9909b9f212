import { describe, expect, it } from 'vitest'
import { adapters } from '../support/adapters.ts'
import { callApi, startApi } from '../support/edge-apis.ts'
import { mintFor } from '../support/endings.ts'
import { API_1, createFixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'

describe('an API whose gateway is gone', () => {
  it('AC-271 lets in who has a token while it knows the keys, and nobody before', async () => {
    const gateway = await startGateway()
    let closed = false
    try {
      const fixture = await createFixture(gateway)
      const token = await mintFor(fixture, fixture.deployer)
      const call = async (api: Awaited<ReturnType<typeof startApi>>, authorization: string) => {
        const response = await callApi(api, API_1, authorization)
        return [response.status, response.headers.has('retry-after')]
      }
      const warm = await Promise.all(adapters.map((each) => startApi(gateway, each, API_1)))
      const cold = await Promise.all(adapters.map((each) => startApi(gateway, each, API_1)))
      for (const api of warm) expect(await call(api, `Bearer ${token}`)).toEqual([200, false])
      await gateway.close()
      closed = true
      for (const api of warm) {
        expect(await call(api, `Bearer ${token}`)).toEqual([200, false])
        expect(await call(api, `Bearer ${token.slice(0, -9)}`)).toEqual([401, false])
      }
      for (const api of cold) {
        expect(await call(api, `Bearer ${token}`)).toEqual([503, true])
        expect(api.handled()).toBe(0)
      }
      await Promise.all([...warm, ...cold].map((api) => api.close()))
    } finally {
      if (!closed) await gateway.close()
    }
  }, 60_000)
})
