import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { configuration } from '../support/snapshot.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { waysIn } from '../support/ways-in.ts'
import { builtIn, makeActor } from './actors.ts'

const house = useHouse()

let tenant: Tenant
/** The path of each object of the tenant. */
let paths: Readonly<Record<string, string>>

beforeAll(async () => {
  tenant = await makeTenant(house(), '/initech')
  const { account, objects } = tenant
  const of = `/service-accounts/${account.id}`
  paths = {
    account: of,
    role: `/roles/${objects.role.id}`,
    server: `/resource-servers/${objects.server.id}`,
    issuer: `/issuers/${objects.issuer.id}`,
    policy: `${of}/trust-policies/${objects.policy.id}`,
    secret: `${of}/secrets/${objects.secret.id}`,
    key: `${of}/keys/${objects.key.id}`,
    token: `${of}/tokens/${objects.token.id}`,
  }
})

const ask = (path: string, ifMatch?: string) =>
  house().gateway.admin('DELETE', `${path}?dry_run=true`, undefined, { ifMatch: ifMatch ?? '"1"' })

const foresee = async (name: string): Promise<Record<string, unknown>> => {
  const answer = await ask(String(paths[name]))
  const body = (await answer.json()) as Record<string, unknown>
  expect([name, answer.status, body]).toEqual([name, 200, expect.anything()])
  return body
}

const nothing = {
  dry_run: true,
  would_break: [],
  blocked_by: [],
  living_tokens: 0,
  last_used_at: null,
}

describe('a deletion that is only asked about', () => {
  it('of an account: all that goes with it, its living tokens, its last use (T31, M9)', async () => {
    const would_delete = {
      service_accounts: 1,
      trust_policies: 1,
      secrets: 1,
      keys: 1,
      tokens: 1,
      role_bindings: 1,
      group_members: expect.any(Number),
      pending_changes: 0,
      pairing_codes: 1,
    }
    const warnings = ['permanent', 'roles_lost']
    expect(await foresee('account')).toEqual({ ...nothing, would_delete, warnings })
    const ways = waysIn(house().gateway.issuers.a, tenant)
    for (const way of ways) await expectIssued(await way.go(house().gateway))
    expect(await foresee('account')).toEqual({
      ...nothing,
      would_delete,
      living_tokens: ways.length,
      last_used_at: expect.stringMatching(/^20.*Z$/),
      warnings: [...warnings, 'used_lately', 'living_tokens_end'],
    })
  })

  it('of a role: the bindings that are in the way', async () => {
    expect(await foresee('role')).toEqual({
      ...nothing,
      would_delete: { roles: 1 },
      blocked_by: expect.arrayContaining([tenant.objects.binding.id]),
      warnings: ['permanent', 'in_use'],
    })
  })

  it('of an API: its roles, and accounts that have it in their ceiling', async () => {
    const narrow = await house().make.create('/service-accounts', {
      namespace: '/initech',
      name: 'narrow',
      resource_server_ids: [tenant.objects.server.id],
    })
    expect(await foresee('server')).toMatchObject({
      would_delete: { resource_servers: 1, tokens: 1 },
      would_break: [narrow.id],
      blocked_by: expect.arrayContaining([tenant.objects.role.id]),
      warnings: ['permanent', 'living_tokens_end', 'others_break', 'in_use'],
    })
  })

  it('of an issuer: the policies that would match nothing', async () => {
    expect(await foresee('issuer')).toEqual({
      ...nothing,
      would_delete: { issuers: 1 },
      would_break: [tenant.objects.policy.id],
      warnings: ['permanent', 'others_break'],
    })
  })

  it('of a policy: when it let somebody in, and that those stay', async () => {
    const last_used_at = expect.stringMatching(/^20.*Z$/)
    const warnings = ['permanent', 'used_lately', 'living_tokens_stay']
    const policy = await foresee('policy')
    expect(policy).toMatchObject({ would_delete: { trust_policies: 1 }, last_used_at, warnings })
    expect(policy.living_tokens).toBeGreaterThan(0)
  })

  it.each(['secret', 'key', 'token'])('of a %s: when it was last used', async (name) => {
    expect(await foresee(name)).toMatchObject({
      would_delete: { [`${name}s`]: 1 },
      last_used_at: expect.stringMatching(/^20.*Z$/),
    })
  })

  it('changes nothing, and leaves no event', async () => {
    const before = await configuration(house().gateway)
    for (const name of Object.keys(paths)) await foresee(name)
    expect(await configuration(house().gateway)).toEqual(before)
  })

  it('needs what the deletion needs', async () => {
    const { gateway } = house()
    const viewer = await makeActor(gateway, '/initech', [builtIn('viewer', '/initech')])
    const stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
    for (const path of Object.values(paths)) {
      const asked = `${path}?dry_run=true`
      await expectProblem(await viewer.call('DELETE', asked, undefined, '"1"'), 403)
      await expectProblem(await stranger.call('DELETE', asked, undefined, '"1"'), 404, 'not-found')
      expect((await tenant.owner.call('DELETE', asked, undefined, '"1"')).status).toBe(200)
      const answer = await gateway.admin('DELETE', asked, undefined, { token: null })
      expect(answer.status).toBe(401)
    }
    await expectProblem(await ask(String(paths.policy), '"7"'), 412, 'precondition-failed')
    await expectProblem(await ask(String(paths.role), '*'), 428, 'precondition-required')
  })
})
