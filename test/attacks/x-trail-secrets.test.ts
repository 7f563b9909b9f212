import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { exportTrail, searchTrail, verifyTrail } from '../support/audit-trail.ts'
import { policyP0 } from '../support/baseline.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()
let owner: TestActor
let viewer: TestActor
let secret: string

beforeAll(async () => {
  const { gateway, make } = house()
  owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
  const made = await make.create<Made & { client_secret: string }>('/service-accounts', {
    namespace: '/acme',
    name: 'secretive',
    client_credentials: {},
  })
  secret = made.client_secret
})

/** All that is kept of events: texts, and the columns beside them. */
const kept = async (): Promise<string> => {
  const { rows } = await house().gateway.db.execute(
    "SELECT content || coalesce(platform, '') || coalesce(target_id, '') AS text FROM audit_events",
  )
  return rows.map(({ text }) => String(text)).join('\n')
}

describe('AC-397 a secret in the wrong place', () => {
  it('AC-397 in a path: it is no target', async () => {
    const tried = [secret, viewer.token, `ns_${'x'.repeat(41)}`, 'constructor_x', 'password_1']
    for (const word of tried) {
      await viewer.call('POST', `/signing-keys/${word}:revoke`, {})
      await viewer.call('DELETE', `/audit-events/${word}`)
      await viewer.call('DELETE', `/roles/${word}`)
      await viewer.call('PATCH', `/service-accounts/${word}`, {})
    }
    const text = await kept()
    for (const word of [secret, viewer.token]) expect(text).not.toContain(word)
    const events = await searchTrail(owner, { actor_id: viewer.id, outcome: 'refused' })
    expect(events).toHaveLength(4)
    expect(events.flatMap(({ target }) => (target === null ? [] : [target.id]))).toEqual([])
  })

  it('what could be an id, or a kid, still is one', async () => {
    const { rows } = await house().gateway.db.execute('SELECT kid FROM signing_keys LIMIT 1')
    const kid = String(rows[0]?.kid)
    await viewer.call('POST', `/signing-keys/${kid}:revoke`, {})
    const event = (await searchTrail(owner))[0]
    expect((await viewer.call('DELETE', `/audit-events/${event?.id}`)).status).toBe(405)
    await viewer.call('PATCH', '/service-accounts/sa_nobody', {})
    const targets = (await searchTrail(owner, { actor_id: viewer.id })).map((each) => each.target)
    expect(targets).toEqual(
      expect.arrayContaining([
        { type: 'signing_key', id: kid },
        { type: 'audit_event', id: event?.id },
        { type: 'service_account', id: 'sa_nobody' },
      ]),
    )
  })

  it('AC-397 in what a client calls itself, also at the edge of what is kept', async () => {
    const { gateway } = house()
    for (const [path, agent] of [
      ['/acme/agent-1', `curl -u cli:${secret}`],
      ['/acme/agent-2', `${'x'.repeat(240)} ${secret}`],
      ['/acme/agent-3', `curl ${owner.token}`],
    ] as const) {
      const headers = { 'user-agent': agent }
      const init = { token: owner.token, headers }
      expect((await gateway.admin('POST', '/namespaces', { path }, init)).status).toBe(201)
    }
    const text = await kept()
    for (const word of [secret.slice(0, 12), owner.token]) expect(text).not.toContain(word)
  })

  it('AC-397 as the name of a claim', async () => {
    const { gateway, deployer } = house()
    const bound_claims = {
      repository_id: '1001',
      repository_owner_id: '501',
      ref: 'refs/heads/main',
      [secret]: 'told',
    }
    const policy = policyP0(gateway.issuers.a.url, { name: 'named', bound_claims })
    const at = `/service-accounts/${deployer.id}/trust-policies`
    expect((await owner.call('POST', at, policy)).status).toBe(201)
    const text = await kept()
    expect(text).not.toContain(secret)
    expect(text).toContain('told')
  })

  it('AC-397 as a header in a text', async () => {
    const { deployer } = house()
    const description = 'say Authorization: Basic Y2xpX2FiYzpzM2NyM3RwYXNzd29yZA== to it'
    await owner.call('PATCH', `/service-accounts/${deployer.id}`, { description })
    const text = await kept()
    expect(text).not.toContain('Y2xpX2FiYzpzM2NyM3RwYXNzd29yZA==')
    expect(text).toContain('say Authorization: Basic [redacted] to it')
  })
})

describe('what was done stays readable', () => {
  const saved = async (bound_claims: Record<string, unknown>) => {
    const { gateway, deployer } = house()
    const policy = policyP0(gateway.issuers.a.url, { bound_claims })
    const at = `/service-accounts/${deployer.id}/trust-policies`
    const answer = await owner.call('POST', at, { ...policy, name: `p${Date.now()}` })
    expect(answer.status).toBe(201)
    const { id } = (await answer.json()) as { id: string }
    const [event] = await searchTrail(owner, { target_id: id })
    return event?.details as Record<string, unknown>
  }
  const base = { repository_id: '666', repository_owner_id: '501' }

  it('however long it is', async () => {
    const long = Array.from({ length: 60 }, (_, i) => `refs/heads/${i}${'x'.repeat(300)}`)
    const details = await saved({ ...base, ref: { any_of: [...long, 'refs/heads/evil'] } })
    expect(JSON.stringify(details).length).toBeLessThanOrEqual(16_384)
    expect(details.service_account_id).toBe(house().deployer.id)
    expect(details.bound_claims).toMatchObject(base)
    expect(JSON.stringify(details.bound_claims)).toContain('refs/heads/evil')
  })

  it('whatever a claim is called', async () => {
    const bound_claims = { ...base, ref: 'refs/heads/main', id_token: 'evil', d: 'evil' }
    expect((await saved(bound_claims)).bound_claims).toEqual(bound_claims)
  })

  it('and the chain is good', async () => {
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
    expect((await exportTrail(owner)).length).toBeGreaterThan(10)
  })
})
