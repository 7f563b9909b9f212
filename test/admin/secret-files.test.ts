import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectIssued } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import type { Made } from '../support/maker.ts'
import { type Secrets, secretsOf, useSecrets } from './secrets.ts'

let gateway: Gateway
let secrets: Secrets

beforeAll(async () => {
  gateway = await startGateway()
  secrets = await useSecrets(gateway)
})

afterAll(() => gateway.close())

describe('a file of the pair', () => {
  const csv = { headers: { accept: 'text/csv' } }

  const expectFile = async (response: Response) => {
    expect(response.status).toBe(201)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const [header, line, ...rest] = (await response.text()).split('\n')
    expect([header, rest]).toEqual(['client_id,client_secret,expires_at', ['']])
    const [client_id = '', client_secret = '', expires_at = ''] = line?.split(',') ?? []
    const name = `attachment; filename="${client_id}.csv"`
    expect(response.headers.get('content-disposition')).toBe(name)
    expect(new Date(expires_at).toISOString()).toBe(expires_at)
    await expectIssued(await secrets.login({ client_id, client_secret }))
  }

  test('is given for a new secret, and for a reset', async () => {
    const account = await secrets.account()
    await expectFile(await gateway.admin('POST', secretsOf(account), {}, csv))
    await expectFile(await gateway.admin('POST', `${secretsOf(account)}:reset`, {}, csv))
  })

  test('is given for a new account with a secret', async () => {
    const [role] = (
      (await (await gateway.admin('GET', '/roles?name=deployer&namespace=/acme')).json()) as {
        data: Made[]
      }
    ).data
    const body = {
      namespace: '/acme',
      name: 'filed',
      client_credentials: { expires_in_days: 2 },
      role_bindings: [{ role_id: role?.id, namespace: '/acme' }],
    }
    await expectFile(await gateway.admin('POST', '/service-accounts', body, csv))
  })

  test('is not given where there is no secret', async () => {
    const body = { namespace: '/acme', name: 'unfiled' }
    const response = await gateway.admin('POST', '/service-accounts', body, csv)
    expect(response.headers.get('content-type')).toBe('application/json')
    const listing = await gateway.admin('GET', secretsOf(await secrets.account()), undefined, csv)
    expect(listing.headers.get('content-type')).toBe('application/json')
  })
})
