import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { basic } from '../support/clients.ts'
import { expectB400, expectIssued } from '../support/expect.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()
const api = 'https://root-api.test'
let server: Made
let made = 0

interface RootAccount {
  readonly namespace: Made
  readonly role: Made
  exchange(): Promise<Response>
}

/** A root account with a role of /acme/…, bound there, whose configuration the isolate remembers. */
async function rootAccount(): Promise<RootAccount> {
  const { gateway, make } = house()
  made += 1
  const path = `/acme/p${made}`
  const namespace = await make.namespace(path)
  const role = await make.role(path, 'user', server)
  const account = await make.create<Made & { client_id: string; client_secret: string }>(
    '/service-accounts',
    {
      namespace: '/',
      name: `platform-${made}`,
      client_credentials: {},
      role_bindings: [{ role_id: role.id, namespace: path }],
    },
  )
  const exchange = () =>
    gateway.token(
      { grant_type: 'client_credentials', resource: api },
      { headers: { authorization: basic(account.client_id, account.client_secret) } },
    )
  const { scope } = await expectIssued(await exchange())
  expect(scope).toBe('deploy:read deploy:write')
  return { namespace, role, exchange }
}

beforeAll(async () => {
  server = await house().make.resourceServer('/', api)
})

describe('a root account whose configuration is remembered, after a change in a tenant', () => {
  test('still gets tokens for a suspended namespace', async () => {
    const { namespace, exchange } = await rootAccount()
    await house().gateway.admin('PATCH', `/namespaces/${namespace.id}`, { enabled: false })
    await expectB400(await exchange(), 'invalid_target')
  })

  test('still gets a permission that its role has lost', async () => {
    const { role, exchange } = await rootAccount()
    const changed = await house().gateway.admin(
      'PATCH',
      `/roles/${role.id}`,
      { permissions: ['deploy:read'] },
      { ifMatch: '"1"' },
    )
    expect(changed.status).toBe(200)
    expect((await expectIssued(await exchange())).scope).toBe('deploy:read')
  })

  test('still gets tokens for a namespace that was deleted, with its role and binding', async () => {
    const { namespace, exchange } = await rootAccount()
    const gone = await house().gateway.admin('DELETE', `/namespaces/${namespace.id}`)
    expect(gone.status).toBe(204)
    await expectB400(await exchange(), 'invalid_target')
  })
})
