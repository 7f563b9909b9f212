import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { exportTrail, verifyTrail } from '../support/audit-trail.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { makeEcKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let owner: TestActor

beforeAll(async () => {
  owner = await makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])
})

/** What a terminal or a log reader would obey. */
const obeyed = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u

const contents = async (): Promise<string> => {
  const { rows } = await house().gateway.db.execute('SELECT content, platform FROM audit_events')
  return rows.map(({ content, platform }) => `${content} ${platform}`).join('')
}

describe('AC-395 one physical line', () => {
  const evil = '\u202eevil\u2066\u2028\u0085'

  it('AC-395 whatever a browser calls itself', async () => {
    const { gateway } = house()
    // Bytes as they go over the wire: a control alone, and UTF-8 of a bidi control and a line end.
    const utf8 = Buffer.from('curl\u202eforged\u2028').toString('latin1')
    const token = owner.token
    for (const [path, agent] of [
      ['/acme/agent', 'curl\u009b31m\u0085'],
      ['/acme/agent', utf8],
    ] as const) {
      const headers = { 'user-agent': agent }
      await gateway.admin('POST', '/namespaces', { path }, { token, headers })
    }
    const lines = await exportTrail(owner)
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(told.filter(({ user_agent }) => String(user_agent).startsWith('curl'))).toHaveLength(2)
    expect(lines.filter((line) => obeyed.test(line))).toEqual([])
    expect(await verifyTrail(owner)).toMatchObject({ valid: true })
  })

  it('AC-395 whatever stands in names, claims, bodies and paths', async () => {
    const { gateway, deployer } = house()
    const bad = { namespace: '/acme', name: 'x', display_name: `a\r\n${evil}\u001b[31m` }
    await expectProblem(await owner.call('POST', '/service-accounts', bad), 422)
    const member = { namespace: '/acme', name: 'x', [`${evil}\r\n\u001b`]: 1 }
    await expectProblem(await owner.call('POST', '/service-accounts', member), 422)
    const policy = policyP0(gateway.issuers.a.url, { name: 'told', description: evil })
    await owner.call('POST', `/service-accounts/${deployer.id}/trust-policies`, policy)
    await owner.call('PATCH', `/service-accounts/${deployer.id}`, { description: evil })
    await owner.call('GET', `/audit-events?reason=${encodeURIComponent(evil)}`)
    const lines = await exportTrail(owner)
    expect(lines.filter((line) => obeyed.test(line))).toEqual([])
    expect(lines.filter((line) => line.includes('\n'))).toEqual([])
    expect(obeyed.test(await contents())).toBe(false)
  })
})

describe('AC-397 nothing secret in the trail', () => {
  it('AC-397 neither what was made and shown once, nor what a caller put in the wrong place', async () => {
    const { gateway, make, BT } = house()
    const at = '/service-accounts'
    const made = await make.create<Made & { client_id: string; client_secret: string }>(at, {
      namespace: '/acme',
      name: 'secretive',
      client_credentials: {},
    })
    const of = `${at}/${made.id}`
    const more = (await (await owner.call('POST', `${of}/secrets`, {})).json()) as {
      client_secret: string
    }
    const token = (await (
      await owner.call('POST', `${of}/tokens`, {
        name: 'named',
        resource_server_id: house().resourceServers.api1.id,
      })
    ).json()) as { token: string }
    const jwt = BT()
    const key = await makeEcKey('secret')
    const pem = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----'
    // As text where text belongs, and as arrays, numbers, objects where they do not.
    const values: unknown[] = [made.client_secret, jwt, [jwt], { secret: [made.client_secret] }, 7]
    for (const value of values) {
      await owner.call('PATCH', of, { description: value })
      await owner.call('PATCH', of, { display_name: value })
      await owner.call('PATCH', of, { password: value })
      await owner.call('POST', '/roles', { namespace: '/acme', name: value, client_secret: value })
      await owner.call('POST', '/revocations', { namespace: '/acme', by: 'token', value })
      const bound_claims = { repository_id: '1001', repository_owner_id: '501', ref: value }
      const policy = policyP0(gateway.issuers.a.url, { name: 'p', bound_claims })
      await owner.call('POST', `${of}/trust-policies`, policy)
    }
    await owner.call('POST', `${of}/keys`, { jwk: { ...key.jwk, d: 'c2VjcmV0LXNjYWxhcg' } })
    await owner.call('POST', `${of}/keys`, { pem })
    await owner.call('POST', '/resource-servers', { namespace: '/acme', name: pem })
    await gateway.admin('GET', `/roles/${made.client_secret}`, undefined, { token: owner.token })
    await gateway.admin('GET', `/namespaces?path=/${jwt}`, undefined, { token: owner.token })
    const text = await contents()
    const [, payload = '', signature = ''] = jwt.split('.')
    for (const secret of [
      made.client_secret,
      more.client_secret,
      token.token,
      payload,
      signature,
      'c2VjcmV0LXNjYWxhcg',
      'MIGHAgEAMBMG',
      owner.token,
    ]) {
      expect(secret.length).toBeGreaterThan(8)
      expect(text).not.toContain(secret)
    }
    // What may be known is there.
    expect(text).toContain(made.id)
    expect(text).toContain('[redacted]')
  })
})
