import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import { makeActor, type TestActor } from './actors.ts'

const house = useHouse({ preset: 'github-actions' })

let actors: Record<'root' | 'killer' | 'viewer' | 'narrow' | 'globex' | 'below', TestActor>

beforeAll(async () => {
  const { gateway, make } = house()
  await make.namespace('/acme/payments')
  const killing = await make.role('/acme', 'killer', {
    id: 'rs_admin',
    permissions: ['tokens:revoke'],
  })
  const at = (role_id: string, namespace: string) =>
    makeActor(gateway, namespace, [{ role_id, namespace }])
  actors = {
    root: await at('role_owner', '/'),
    killer: await at(killing.id, '/acme'),
    viewer: await at('role_viewer', '/acme'),
    narrow: await makeActor(
      gateway,
      '/acme',
      [{ role_id: 'role_owner', namespace: '/acme' }],
      'namespaces:read',
    ),
    globex: await at('role_deployer', '/globex'),
    below: await at('role_deployer', '/acme/payments'),
  }
})

const SHA = 'c0ffee'.padEnd(40, '0')

let count = 0

interface Living {
  readonly account: Account
  readonly jwt: string
  readonly jti: string
  readonly policy: string
  readonly runUrl: string
}

/** An account with a living token of a run of its own. */
async function living(): Promise<Living> {
  const { account, gateway, BR, BT } = house()
  const made = await account(`living-${++count}`)
  const subject_token = BT({ run_id: `run-${count}`, sha: SHA })
  const form = BR({ client_id: made.client_id, subject_token })
  const { access_token: jwt } = await expectIssued(await gateway.token(form))
  const { jti, policy, provenance } = decodeJwt<{ provenance: { run_url?: string } }>(jwt)
  const runUrl = String(provenance.run_url)
  return { account: made, jwt, jti: String(jti), policy: String(policy), runUrl }
}

const revoke = (body: unknown, actor = actors.killer) => actor.call('POST', '/revocations', body)

async function revoked(by: string, value: string, actor = actors.killer): Promise<unknown> {
  const response = await revoke({ namespace: '/acme', by, value }, actor)
  const answer = (await response.json()) as Record<string, unknown>
  expect([response.status, answer]).toEqual([
    200,
    { namespace: '/acme', by, revoked: expect.any(Number) },
  ])
  return answer.revoked
}

describe('what is revoked', () => {
  test('one token by its jti, and by itself', async () => {
    const [one, other] = [await living(), await living()]
    expect(await revoked('token', one.jti)).toBe(1)
    expect(await revoked('token', one.jwt)).toBe(0)
    expect(await revoked('token', other.jwt)).toBe(1)
    expect(await revoked('token', other.jti)).toBe(0)
  })

  test('all of an account, by its id and its client id', async () => {
    const [one, other] = [await living(), await living()]
    expect(await revoked('account', one.account.id)).toBe(1)
    expect(await revoked('account', other.account.client_id)).toBe(1)
  })

  test('all by a policy, in whatever version', async () => {
    const [one, other] = [await living(), await living()]
    expect(one.policy).toMatch(/@1$/)
    expect(await revoked('policy', one.policy)).toBe(1)
    expect(await revoked('policy', other.policy.split('@')[0] ?? '')).toBe(1)
  })

  test('all of a run, a commit, a repository, an issuer', async () => {
    const { gateway, issuers } = house()
    const revokeAll = () => revoked('issuer', gateway.issuers.a.url)
    await revokeAll()
    await living()
    expect(await revoked('run', `run-${count}`)).toBe(1)
    await Promise.all([living(), living()])
    expect(await revoked('sha', SHA)).toBe(2)
    await living()
    expect(await revoked('repository', 'acme/app')).toBe(1)
    await living()
    expect(await revoked('repository', '1001')).toBe(1)
    await living()
    expect(await revoked('repository', 'Acme/App')).toBe(1)
    expect(await revoked('run', (await living()).runUrl)).toBe(1)
    await living()
    expect(await revoked('issuer', issuers.a.id)).toBe(1)
    await living()
    expect(await revokeAll()).toBe(1)
  })

  test('nothing of another tenant, whoever may guess its names', async () => {
    const { account, jti } = await living()
    for (const [by, value] of [
      ['account', account.id],
      ['token', jti],
      ['issuer', house().issuers.a.id],
      ['account', 'sa_0000000000'],
    ] as const) {
      const response = await revoke({ namespace: '/globex', by, value }, actors.globex)
      expect(await response.json()).toEqual({ namespace: '/globex', by, revoked: 0 })
    }
    expect(await revoked('token', jti)).toBe(1)
  })

  test('nothing above the namespace', async () => {
    const { jti } = await living()
    const body = { namespace: '/acme/payments', by: 'token', value: jti }
    expect(await (await revoke(body, actors.below)).json()).toMatchObject({ revoked: 0 })
    expect(await revoked('token', jti)).toBe(1)
  })

  test('a token of the admin API, which then opens nothing', async () => {
    const victim = await makeActor(house().gateway, '/acme', [
      { role_id: 'role_viewer', namespace: '/acme' },
    ])
    expect((await victim.call('GET', '/roles')).status).toBe(200)
    expect(await revoked('account', victim.id)).toBe(1)
    const problem = await expectProblem(
      await victim.call('GET', '/roles'),
      401,
      'authentication-required',
    )
    expect(problem.detail).toContain('revoked')
  })

  test('the token with which it is asked', async () => {
    const killer = await makeActor(house().gateway, '/', [
      { role_id: 'role_owner', namespace: '/' },
    ])
    const body = { namespace: '/', by: 'token', value: killer.token }
    expect(await (await revoke(body, killer)).json()).toMatchObject({ revoked: 1 })
    await expectProblem(await revoke(body, killer), 401, 'authentication-required')
  })
})

describe('who may', () => {
  const body = { namespace: '/acme', by: 'account', value: 'sa_0000000000' }

  test('whoever has tokens:revoke there, and no other permission', async () => {
    expect((await revoke(body, actors.killer)).status).toBe(200)
    const below = { ...body, namespace: '/acme/payments' }
    expect((await revoke(below, actors.killer)).status).toBe(200)
  })

  test('nobody else', async () => {
    await expectProblem(await revoke(body, actors.viewer), 403, 'permission-denied')
    await expectProblem(await revoke(body, actors.below), 403, 'permission-denied')
    await expectProblem(await revoke(body, actors.narrow), 403, 'insufficient-scope')
    await expectProblem(await revoke(body, actors.globex), 422, 'invalid-reference')
    const root = { ...body, namespace: '/' }
    await expectProblem(await revoke(root, actors.viewer), 403, 'permission-denied')
  })

  test('a namespace that is not there looks like one that may not be known', async () => {
    const nowhere = await expectProblem(
      await revoke({ ...body, namespace: '/acme/nowhere' }, actors.killer),
      422,
      'invalid-reference',
    )
    const foreign = await expectProblem(await revoke(body, actors.globex), 422, 'invalid-reference')
    expect(foreign).toEqual(nowhere)
  })
})

describe('the body', () => {
  test.each([
    ['token', 'gths_secret'],
    ['token', 'gtht_0000000000000000000000000000000000000000000000000'],
    ['token', 'a.b.c'],
    ['account', 'deploy-bot'],
    ['policy', 'deploy from main'],
    ['issuer', 'GitHub'],
    ['sha', 'c0ffee'],
    ['sha', SHA.toUpperCase()],
    ['repository', 'acme app'],
    ['repository', 'https://github.com/acme/app'],
    ['run', ' '],
  ])('by %s "%s" names nothing, and says so', async (by, value) => {
    const problem = await expectProblem(
      await revoke({ namespace: '/acme', by, value }),
      422,
      'validation-failed',
    )
    expect(problem.errors).toMatchObject([{ pointer: '/value' }])
    expect(JSON.stringify(problem)).not.toContain(value.trim() || '""')
  })

  test.each([
    [{ namespace: '/acme', by: 'name', value: 'x' }, 'validation-failed'],
    [{ namespace: '/acme', by: 'token' }, 'validation-failed'],
    [{ namespace: '/acme', by: 'token', value: '' }, 'validation-failed'],
    [{ by: 'account', value: 'sa_0' }, 'validation-failed'],
    [{ namespace: '/acme', by: 'account', value: 'sa_0', before: 1 }, 'unknown-field'],
  ])('%j', async (body, slug) => {
    await expectProblem(await revoke(body), 422, slug)
  })

  test('never reaches the log', async () => {
    const { jwt, jti } = await living()
    expect(await revoked('token', jwt)).toBe(1)
    const lines = house().gateway.logs.filter((line) => line.includes('tokens_revoked'))
    expect(lines.at(-1)).toContain('"revoked":1')
    expect(house().gateway.logs.join('\n')).not.toContain(jti)
  })
})
