import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { decide, expectLeft, makeWatched, type Watched, wider } from '../support/four-eyes.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let watched: Watched
beforeAll(async () => {
  watched = await makeWatched(house(), '/watched')
})

const listed = async (query: string): Promise<readonly Made[]> => {
  const answer = await watched.asker.call('GET', `/pending-changes?namespace=/watched&${query}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { data: Made[] }).data
}
const policiesNow = async (): Promise<readonly Made[]> => {
  const answer = await watched.asker.call('GET', watched.policies)
  return ((await answer.json()) as { data: Made[] }).data
}
const lastEvent = async (target: string) => {
  const { rows } = await house().gateway.db.execute({
    sql: 'SELECT content FROM audit_events WHERE target_id = ? ORDER BY sequence DESC LIMIT 1',
    args: [target],
  })
  return JSON.parse(String(rows[0]?.content)) as Record<string, unknown>
}

describe('a policy that accepts more, where a second owner is demanded', () => {
  it('waits, and nothing else happens', async () => {
    const before = await policiesNow()
    const change = await expectLeft(
      await watched.asker.call('POST', watched.policies, wider(watched.issuer)),
    )
    expect(change).toMatchObject({
      namespace: '/watched',
      action: 'trust-policies.create',
      service_account_id: watched.robot.id,
      target_id: null,
      wanted: { name: 'wider', issuer: watched.issuer.issuer },
      accepts_now: [expect.stringContaining('repository_id "1001"')],
      accepts_no_longer: [],
      requested_by: { type: 'service_account', id: watched.asker.id },
      decided_by: null,
    })
    expect(await policiesNow()).toEqual(before)
    const read = await watched.second.call('GET', `/pending-changes/${change.id}`)
    expect([read.status, await read.json()]).toEqual([200, change])
    expect(await lastEvent(change.id)).toMatchObject({
      action: 'trust-policies.create',
      actor: { id: watched.asker.id },
      details: { accepts_now: change.accepts_now },
    })
    await decide(watched.asker, change, 'reject')
  })

  it('is made when another owner approves it, once', async () => {
    const change = await expectLeft(
      await watched.asker.call('POST', watched.policies, wider(watched.issuer, { name: 'made' })),
    )
    const approved = await decide(watched.second, change, 'approve')
    expect([approved.status, await approved.json()]).toEqual([
      200,
      expect.objectContaining({
        state: 'approved',
        decided_by: { type: 'service_account', id: watched.second.id },
      }),
    ])
    const made = (await policiesNow()).find(({ name }) => name === 'made')
    expect(made).toMatchObject({ version: 1, bound_claims: (change.wanted as Made).bound_claims })
    expect(await lastEvent(String(made?.id))).toMatchObject({
      action: 'pending-changes.approve',
      actor: { id: watched.second.id },
      details: {
        pending_change_id: change.id,
        requested_by: watched.asker.id,
        changes: { accepts_now: change.accepts_now },
      },
    })
    for (const verb of ['approve', 'reject'] as const) {
      await expectProblem(await decide(watched.third, change, verb), 409, 'not-pending')
    }
  })

  it('replaces a policy, by PUT and by PATCH, only if it is still the same', async () => {
    const [current] = await policiesNow()
    const path = `${watched.policies}/${current?.id}`
    const etag = `"${current?.version}"`
    const narrower = {
      bound_claims: { ...(current?.bound_claims as object), ref: { glob: 'refs/**' } },
    }
    const refs = {
      bound_claims: {
        ...(current?.bound_claims as object),
        sub: { glob: 'repo:acme/app:ref:refs/**' },
      },
    }
    const patched = await expectLeft(await watched.asker.call('PATCH', path, refs, etag))
    const put = await expectLeft(
      await watched.asker.call('PUT', path, wider(watched.issuer, refs), etag),
    )
    expect(patched).toMatchObject({ target_id: current?.id, target_version: current?.version })
    expect((await decide(watched.second, patched, 'approve')).status).toBe(200)
    const after = (await policiesNow())[0]
    expect(after).toMatchObject({ version: Number(current?.version) + 1, ...refs })
    expect([patched.action, put.action]).toEqual([
      'trust-policies.update',
      'trust-policies.replace',
    ])
    const late = await decide(watched.second, put, 'approve')
    const { detail } = await expectProblem(late, 412, 'precondition-failed')
    const then = Number(current?.version)
    expect(detail).toContain(`since it was asked for (version ${then} then, ${then + 1} now)`)
    expect(detail).toContain('reject it')
    expect((await decide(watched.second, put, 'reject')).status).toBe(200)
    // What accepts less is saved at once.
    const back = await watched.asker.call('PATCH', path, narrower, `"${after?.version}"`)
    expect(back.status).toBe(200)
    const { changes } = (await back.json()) as Made
    expect(changes).toEqual({
      accepts_now: [],
      accepts_no_longer: [expect.stringContaining('tokens with sub like'), expect.any(String)],
    })
  })

  it('is judged again when it is approved', async () => {
    const issuer = watched.otherIssuer
    const url = String(issuer.issuer)
    const change = await expectLeft(
      await watched.asker.call('POST', watched.policies, policyP0(url)),
    )
    await house().gateway.admin('PATCH', `/issuers/${issuer.id}`, { enabled: false })
    await expectProblem(await decide(watched.second, change, 'approve'), 409, 'issuer-disabled')
    expect((await listed('state=pending')).map(({ id }) => id)).toContain(change.id)
    expect((await decide(watched.third, change, 'reject')).status).toBe(200)
  })

  it('cannot be approved where the policy is gone, and says so', async () => {
    const body = { ...wider(watched.issuer, { name: 'doomed' }), enabled: false }
    const made = await watched.asker.call('POST', watched.policies, body)
    expect(made.status).toBe(201)
    const path = `${watched.policies}/${((await made.json()) as Made).id}`
    const change = await expectLeft(
      await watched.asker.call('PATCH', path, { enabled: true }, '"1"'),
    )
    const deleted = await watched.asker.call('DELETE', path, undefined, '"1"')
    expect(deleted.status).toBe(204)
    const answer = await decide(watched.second, change, 'approve')
    const { detail } = await expectProblem(answer, 412, 'precondition-failed')
    expect(detail).toContain('deleted since it was asked for')
    await decide(watched.asker, change, 'reject')
  })

  it('is refused at once where it could never be made', async () => {
    const { issuer, asker, policies } = watched
    const url = { namespace: '/watched', name: 'twin', issuer: issuer.issuer }
    await expectProblem(await asker.call('POST', '/issuers', url), 409, 'issuer-exists')
    const sleeping = () => ({ ...wider(issuer), enabled: false })
    const before = (await policiesNow()).length
    const fill = Array.from({ length: 20 - before }, () => asker.call('POST', policies, sleeping()))
    const made = await Promise.all(fill)
    await expectProblem(await asker.call('POST', policies, wider(issuer)), 409, 'quota-exceeded')
    expect(await listed('state=pending')).toEqual([])
    for (const answer of made) {
      const { id } = (await answer.json()) as Made
      const deleted = await asker.call('DELETE', `${policies}/${id}`, undefined, '"1"')
      expect(deleted.status).toBe(204)
    }
  })

  it('is not waited for in a dry run, which says that it would be', async () => {
    const before = [await policiesNow(), await listed('')]
    const tried = await watched.asker.call(
      'POST',
      `${watched.policies}?dry_run=true`,
      wider(watched.issuer),
    )
    expect([tried.status, await tried.json()]).toEqual([
      200,
      {
        dry_run: true,
        needs_approval: true,
        changes: { accepts_now: [expect.any(String)], accepts_no_longer: [] },
        warnings: expect.any(Array),
      },
    ])
    expect([await policiesNow(), await listed('')]).toEqual(before)
  })

  it('is listed by state and account', async () => {
    const change = await expectLeft(
      await watched.asker.call('POST', watched.policies, wider(watched.issuer)),
    )
    expect((await listed('state=pending')).map(({ id }) => id)).toEqual([change.id])
    const other = await listed('state=pending&service_account_id=sa_0')
    expect(other).toEqual([])
    const own = await listed(`state=approved&service_account_id=${watched.robot.id}`)
    expect(own.every(({ state }) => state === 'approved')).toBe(true)
    expect(own.length).toBeGreaterThan(0)
    await expectProblem(
      await watched.asker.call('GET', '/pending-changes?state=open'),
      422,
      'validation-failed',
    )
    await decide(watched.asker, change, 'reject')
  })

  it('waits at most twenty times for one account', async () => {
    for (let i = 0; i < 20; i += 1) {
      await expectLeft(await watched.asker.call('POST', watched.policies, wider(watched.issuer)))
    }
    await expectProblem(
      await watched.asker.call('POST', watched.policies, wider(watched.issuer)),
      409,
      'quota-exceeded',
    )
    for (const change of await listed('state=pending')) {
      expect((await decide(watched.asker, change, 'reject')).status).toBe(200)
    }
  })
})
