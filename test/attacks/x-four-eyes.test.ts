import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { basic } from '../support/clients.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { decide, expectLeft, makeWatched, type Watched, wider } from '../support/four-eyes.ts'
import { makeEcKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let watched: Watched
beforeAll(async () => {
  watched = await makeWatched(house(), '/vault')
})

const ask = async (overrides = {}): Promise<Made> =>
  expectLeft(await watched.asker.call('POST', watched.policies, wider(watched.issuer, overrides)))

const withdraw = async (change: Made) => {
  expect((await decide(watched.asker, change, 'reject')).status).toBe(200)
}

const policiesNow = async (): Promise<readonly Made[]> => {
  const answer = await watched.asker.call('GET', watched.policies)
  return ((await answer.json()) as { data: Made[] }).data
}

/** Logs an account in at the admin API. */
const login = async (
  account: Made & { client_id?: string },
  secret: string,
): Promise<TestActor> => {
  const { gateway } = house()
  const form = { grant_type: 'client_credentials', resource: 'urn:gatehouse:admin' }
  const authorization = basic(String(account.client_id), secret)
  const answer = await gateway.token(form, { headers: { authorization } })
  const { access_token: token } = await expectIssued(answer)
  return {
    id: account.id,
    token,
    call: (method, path, body) => gateway.admin(method, path, body, { token }),
  }
}

describe('one owner alone', () => {
  it('does not approve what it has asked for', async () => {
    const change = await ask()
    const own = await decide(watched.asker, change, 'approve')
    const { detail } = await expectProblem(own, 403, 'self-modification')
    expect(detail).toBe('another owner must approve: you asked for it')
    await withdraw(change)
  })

  it('does not approve it as a second owner whom it makes for that', async () => {
    const change = await ask()
    const body = {
      namespace: '/vault',
      name: 'sock-puppet',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/vault')],
    }
    const made = await watched.asker.call('POST', '/service-accounts', body)
    expect(made.status).toBe(201)
    const account = (await made.json()) as Made
    const puppet = await login(account, String(account.client_secret))
    const refused = await decide(puppet, change, 'approve')
    const { detail } = await expectProblem(refused, 403, 'self-modification')
    expect(detail).toMatch(/^another owner must approve: the same hand may be behind/)
    await withdraw(change)
  })

  it('does not approve it as another owner whose secret it resets, even through a third', async () => {
    const { gateway, make } = house()
    const victim = await make.create('/service-accounts', {
      namespace: '/vault',
      name: 'victim',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/vault')],
    })
    const between = await make.create('/service-accounts', {
      namespace: '/vault',
      name: 'between',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/vault')],
    })
    const reset = async (by: TestActor, whom: Made): Promise<TestActor> => {
      const answer = await by.call('POST', `/service-accounts/${whom.id}/secrets:reset`, {})
      expect(answer.status).toBe(201)
      return login(whom, String(((await answer.json()) as Made).client_secret))
    }
    // Before it asks, too: what it prepares the day before is the same hand.
    const stolen = await reset(watched.asker, between)
    const change = await ask()
    const farther = await reset(stolen, victim)
    await expectProblem(await decide(stolen, change, 'approve'), 403, 'self-modification')
    await expectProblem(await decide(farther, change, 'approve'), 403, 'self-modification')
    // A secret that somebody else resets is none of the requester's.
    const free = await make.create('/service-accounts', {
      namespace: '/vault',
      name: 'free',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/vault')],
    })
    const root = { ...watched.second, token: await gateway.rootToken() }
    const byRoot = (method: string, path: string, body?: unknown) =>
      gateway.admin(method, path, body, { token: root.token })
    const clean = await reset({ ...root, call: byRoot }, free)
    expect((await decide(clean, change, 'approve')).status).toBe(200)
  })

  it('does not ask as a deployer whom it has made, to approve it itself', async () => {
    const made = await watched.second.call('POST', '/service-accounts', {
      namespace: '/vault',
      name: 'glove',
      client_credentials: {},
      role_bindings: [builtIn('deployer', '/vault')],
    })
    const account = (await made.json()) as Made
    const glove = await login(account, String(account.client_secret))
    const change = await expectLeft(
      await glove.call('POST', watched.policies, wider(watched.issuer)),
    )
    await expectProblem(await decide(watched.second, change, 'approve'), 403, 'self-modification')
    // Nor by two whom it has made or changed, itself out of sight.
    const other = await watched.second.call('POST', '/service-accounts', {
      namespace: '/vault',
      name: 'other-glove',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/vault')],
    })
    const puppet = (await other.json()) as Made
    const hidden = await login(puppet, String(puppet.client_secret))
    await expectProblem(await decide(hidden, change, 'approve'), 403, 'self-modification')
    expect((await decide(watched.third, change, 'approve')).status).toBe(200)
  })

  it('does not save it by any other way', async () => {
    const before = await policiesNow()
    const { gateway, make } = house()
    const policy = wider(watched.issuer)
    // With a new account, in the namespace or below it.
    const below = await make.namespace('/vault/below')
    for (const namespace of ['/vault', '/vault/below']) {
      const body = { namespace, name: 'born-with', trust_policies: [policy] }
      const born = await watched.asker.call('POST', '/service-accounts', body)
      const { errors } = await expectProblem(born, 409, 'approval-required')
      expect(errors).toEqual([expect.objectContaining({ pointer: '/trust_policies' })])
    }
    const account = await watched.asker.call('POST', '/service-accounts', {
      namespace: '/vault/below',
      name: 'lower',
    })
    const { id } = (await account.json()) as Made
    await expectLeft(
      await watched.asker.call('POST', `/service-accounts/${id}/trust-policies`, policy),
    )
    // By switching it off, changing it, and switching it on again.
    const [current] = before
    const path = `${watched.policies}/${current?.id}`
    const off = await watched.asker.call('PATCH', path, { enabled: false }, `"${current?.version}"`)
    expect(off.status).toBe(200)
    const sub = {
      bound_claims: { ...(current?.bound_claims as object), sub: { glob: 'repo:acme/app:**' } },
    }
    const version = Number(current?.version)
    expect((await watched.asker.call('PATCH', path, sub, `"${version + 1}"`)).status).toBe(200)
    await expectLeft(await watched.asker.call('PATCH', path, { enabled: true }, `"${version + 2}"`))
    // By moving what lies below out of reach of the demand.
    const away = await watched.asker.call('POST', `/namespaces/${below.id}:move`, {
      path: '/below',
    })
    expect(away.status).toBeGreaterThanOrEqual(400)
    const switched = await gateway.db.execute({
      sql: 'SELECT count(*) AS n FROM trust_policies WHERE service_account_id = ? AND enabled = 1',
      args: [watched.robot.id],
    })
    expect(Number(switched.rows[0]?.n)).toBe(before.length - 1)
  })

  it('does not become every account by other keys of an issuer, nor by another issuer', async () => {
    const { gateway } = house()
    const inline = { keys: [(await makeEcKey('mine')).jwk] }
    const ofIssuer = `/issuers/${watched.issuer.id}`
    const current = async () =>
      (await (await watched.asker.call('GET', ofIssuer)).json()) as Readonly<
        Record<string, unknown>
      >
    expect(
      (await watched.asker.call('PATCH', ofIssuer, { max_token_age_seconds: 600 })).status,
    ).toBe(200)
    const before = await current()
    for (const [change, words] of [
      [{ jwks: inline }, /signed by inline keys "mine"/],
      [{ max_token_age_seconds: 1200 }, /of 1200 seconds, and not only 600/],
      [{ algorithms: ['RS256', 'ES256', 'PS256'] }, /signed with PS256/],
      [{ replay: 'reusable' }, /more often/],
    ] as const) {
      const answer = await watched.asker.call('PATCH', ofIssuer, change)
      const left = await expectLeft(answer)
      expect(left).toMatchObject({ action: 'issuers.update', wanted: change })
      expect(left.accepts_now).toEqual([expect.stringMatching(words)])
      await expectProblem(await decide(watched.asker, left, 'approve'), 403, 'self-modification')
      await withdraw(left)
    }
    expect(await current()).toEqual(before)
    // Deleting it and registering it anew, with keys of one's own, is the same.
    const { otherIssuer } = watched
    const deleted = await watched.asker.call('DELETE', `/issuers/${otherIssuer.id}`)
    expect(deleted.status).toBe(204)
    const anew = { namespace: '/vault', name: 'b', issuer: otherIssuer.issuer, jwks: inline }
    const asked = await expectLeft(await watched.asker.call('POST', '/issuers', anew))
    expect(asked).toMatchObject({ action: 'issuers.create', target_id: null })
    expect(
      await gateway.db.execute({
        sql: 'SELECT id FROM issuers WHERE issuer = ? AND namespace_id = ?',
        args: [String(otherIssuer.issuer), watched.namespace.id],
      }),
    ).toMatchObject({ rows: [] })
    // A disabled one accepts nothing, and is saved; switching it on waits.
    const asleep = { ...anew, issuer: 'https://asleep.test', enabled: false }
    const made = await watched.asker.call('POST', '/issuers', asleep)
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as Made
    const awake = await watched.asker.call('PATCH', `/issuers/${id}`, { enabled: true })
    const waking = await expectLeft(awake)
    expect((await decide(watched.second, waking, 'approve')).status).toBe(200)
    const woken = await watched.asker.call('GET', `/issuers/${id}`)
    expect(await woken.json()).toMatchObject({ enabled: true })
    expect((await decide(watched.second, asked, 'approve')).status).toBe(200)
    const renamed = await watched.asker.call('PATCH', ofIssuer, { name: 'still at once' })
    expect(renamed.status).toBe(200)
  })

  it('does not lift the demand: that waits as well, and only who owns above lifts it at once', async () => {
    const { gateway, make } = house()
    const here = await make.namespace('/vault/inner')
    const path = `/namespaces/${here.id}`
    const on = { widening_needs_approval: true }
    const off = { widening_needs_approval: false }
    const insider = await makeActor(gateway, '/vault/inner', [builtIn('owner', '/vault/inner')])
    const deployer = await makeActor(gateway, '/vault/inner', [builtIn('deployer', '/vault/inner')])
    await expectProblem(await deployer.call('PATCH', path, on), 403)
    expect((await insider.call('PATCH', path, on)).status).toBe(200)
    const mixed = await insider.call('PATCH', path, { ...off, display_name: 'x' })
    await expectProblem(mixed, 422, 'validation-failed')
    const change = await expectLeft(await insider.call('PATCH', path, off))
    expect(change).toMatchObject({ action: 'namespaces.update', wanted: off, target_id: here.id })
    const read = async () => (await (await insider.call('GET', path)).json()) as Made
    expect((await read()).widening_needs_approval).toBe(true)
    await expectProblem(await decide(insider, change, 'approve'), 403, 'self-modification')
    await expectProblem(await decide(deployer, change, 'approve'), 403)
    const colleague = await makeActor(gateway, '/vault/inner', [builtIn('owner', '/vault/inner')])
    expect((await decide(colleague, change, 'approve')).status).toBe(200)
    expect((await read()).widening_needs_approval).toBe(false)
    // Its own demand binds nobody who could delete it all.
    expect((await insider.call('PATCH', path, on)).status).toBe(200)
    expect((await watched.asker.call('PATCH', path, off)).status).toBe(200)
    expect((await read()).widening_needs_approval).toBe(false)
  })
})

describe('who approves', () => {
  it('is an owner there, who may do what is asked for, and nobody else', async () => {
    const { gateway } = house()
    const change = await ask({ name: 'who' })
    const deployer = await makeActor(gateway, '/vault', [builtIn('deployer', '/vault')])
    const viewer = await makeActor(gateway, '/vault', [builtIn('viewer', '/vault')])
    const stranger = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const reading = await makeActor(
      gateway,
      '/vault',
      [builtIn('owner', '/vault')],
      'trust-policies:read namespaces:read',
    )
    await expectProblem(await decide(deployer, change, 'approve'), 403, 'privilege-escalation')
    await expectProblem(await decide(viewer, change, 'approve'), 403, 'permission-denied')
    await expectProblem(await decide(reading, change, 'approve'), 403, 'insufficient-scope')
    for (const verb of ['approve', 'reject'] as const) {
      await expectProblem(await decide(stranger, change, verb), 404, 'not-found')
    }
    await expectProblem(await decide(deployer, change, 'reject'), 403, 'privilege-escalation')
    const hidden = await stranger.call('GET', `/pending-changes/${change.id}`)
    await expectProblem(hidden, 404, 'not-found')
    const listed = await stranger.call('GET', '/pending-changes')
    expect(((await listed.json()) as { data: Made[] }).data).toEqual([])
    // An owner who is the account itself would write its own access.
    await withdraw(change)
  })

  it('is not the account that the policy is for', async () => {
    const { gateway } = house()
    const self = await makeActor(gateway, '/vault', [builtIn('owner', '/vault')])
    const path = `/service-accounts/${self.id}/trust-policies`
    const change = await expectLeft(await watched.asker.call('POST', path, wider(watched.issuer)))
    await expectProblem(await decide(self, change, 'approve'), 403, 'self-modification')
    await withdraw(change)
  })

  it('of fifty approvals at once exactly one makes the change', async () => {
    const before = await policiesNow()
    const change = await ask({ name: 'raced' })
    const owners = [watched.second, watched.third]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => decide(owners[i % 2] as TestActor, change, 'approve')),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect([409, 503]).toEqual(
      expect.arrayContaining([...new Set(statuses.filter((status) => status !== 200))]),
    )
    expect(await policiesNow()).toHaveLength(before.length + 1)
  })

  it('of fifty approvals and rejections at once exactly one counts', async () => {
    const before = await policiesNow()
    const change = await ask({ name: 'contested' })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        decide(watched.second, change, i % 2 === 0 ? 'approve' : 'reject'),
      ),
    )
    const won = answers.findIndex(({ status }) => status === 200)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await policiesNow()).toHaveLength(before.length + (won % 2 === 0 ? 1 : 0))
  })
})
