import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()
let owner: TestActor
let secret: string

beforeAll(async () => {
  const { gateway, make } = house()
  owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  const made = await make.create<Made & { client_secret: string }>('/service-accounts', {
    namespace: '/acme',
    name: 'misplaced',
    client_credentials: {},
  })
  secret = made.client_secret
})

describe('AC-396 a secret where an id belongs', () => {
  it('AC-396 is neither logged nor in the trail', async () => {
    const { gateway, deployer } = house()
    const at = `/service-accounts/${deployer.id}`
    const bodies: [string, string, Record<string, unknown>][] = [
      [
        'POST',
        '/role-bindings',
        { role_id: secret, namespace: '/acme', service_account_id: secret },
      ],
      ['POST', '/service-accounts', { namespace: `/${secret}`, name: secret }],
      ['POST', `${at}/tokens`, { name: secret, resource_server_id: secret }],
      ['POST', `${at}/trust-policies`, { issuer: secret, name: secret, [secret]: secret }],
      ['POST', '/revocations', { namespace: '/acme', by: secret, value: secret }],
      ['POST', '/issuers', { namespace: '/acme', issuer: `https://x:${secret}@ci.test` }],
      ['POST', '/subscriptions', { channel: 'webhook', target: `https://x.test/${secret}` }],
      ['PATCH', `${at}?${secret}=${secret}`, { description: 'x' }],
    ]
    for (const [method, path, body] of bodies) {
      const answer = await owner.call(method, path, body)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }
    await owner.call('GET', `/audit-events?cursor=${secret}`)
    await gateway.admin('GET', '/roles', undefined, { token: secret })
    const grants = [
      { grant_type: 'client_credentials', client_id: secret, client_secret: deployer.id },
      { grant_type: secret, client_id: 'cli_x', client_secret: secret },
    ]
    for (const form of grants) {
      expect((await gateway.token(form)).status).toBeGreaterThanOrEqual(400)
    }
    const { rows } = await gateway.db.execute(
      "SELECT content || coalesce(platform, '') || coalesce(target_id, '') AS text FROM audit_events",
    )
    const kept = rows.map(({ text }) => String(text))
    expect(kept.filter((text) => text.includes('"outcome":"refused"')).length).toBeGreaterThan(7)
    expect([...kept, ...gateway.logs].filter((text) => text.includes(secret))).toEqual([])
  })
})
