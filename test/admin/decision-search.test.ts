import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { awaitDecision, type DecisionAnswer } from '../support/decisions.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import { judging } from '../support/judging.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const house = useHouse({ preset: 'github-actions' })
const { trusting } = judging(house)

const bound = { repository_id: '1001', repository_owner_id: '501', ref: 'refs/heads/main' }

let own: Account
let other: Account
let owner: TestActor
let issued: DecisionAnswer
let refused: DecisionAnswer
let elsewhere: DecisionAnswer

/** The decision on a token of a repository. */
async function decide(account: Account, claims: Record<string, unknown>): Promise<DecisionAnswer> {
  const { BR, BT, gateway } = house()
  const form = BR({ subject_token: BT(claims), client_id: account.client_id })
  const answer = (await (await gateway.token(form)).json()) as Record<string, string>
  const id = answer.decision_id ?? decodeJwt(String(answer.access_token)).decision_id
  return awaitDecision(gateway, String(id))
}

const pause = () => new Promise((done) => setTimeout(done, 5))

beforeAll(async () => {
  own = await trusting(bound)
  other = await trusting({ ...bound, repository_id: '2002' })
  owner = await makeActor(house().gateway, '/acme', [builtIn('owner', '/acme')])
  issued = await decide(own, {})
  await pause()
  refused = await decide(own, { ref: 'refs/heads/side' })
  await pause()
  elsewhere = await decide(other, { repository: 'acme/other', repository_id: '2002' })
})

/** The ids that a search finds, of the three decisions. */
async function search(query: Record<string, string>): Promise<string[]> {
  const answer = await owner.call('GET', `/decisions?${new URLSearchParams(query)}`)
  expect(answer.status).toBe(200)
  const { data } = (await answer.json()) as { data: DecisionAnswer[] }
  const known = [issued.id, refused.id, elsewhere.id]
  return data.map(({ id }) => id).filter((id) => known.includes(id))
}

describe('a search of decisions', () => {
  test('finds refusals and issues of a repository, by its name and by its id', async () => {
    expect(await search({ repository: 'acme/app' })).toEqual([refused.id, issued.id])
    expect(await search({ repository: '1001' })).toEqual([refused.id, issued.id])
    expect(await search({ repository: 'acme/other' })).toEqual([elsewhere.id])
    expect(await search({ repository: 'acme/ap%' })).toEqual([])
  })

  test('by issuer', async () => {
    const all = [elsewhere.id, refused.id, issued.id]
    const { a, b } = house().gateway.issuers
    expect(await search({ issuer: a.url })).toEqual(all)
    expect(await search({ issuer: b.url })).toEqual([])
  })

  test('by account, outcome, reason and policy', async () => {
    expect(await search({ service_account_id: other.id })).toEqual([elsewhere.id])
    expect(await search({ outcome: 'refused' })).toEqual([refused.id])
    expect(await search({ reason: String(refused.reason) })).toEqual([refused.id])
    const { id } = issued.policy as { id: string }
    expect(await search({ policy_id: id })).toEqual([issued.id])
  })

  test('by time: from a moment on, and before one', async () => {
    expect(await search({ since: refused.at })).toEqual([elsewhere.id, refused.id])
    expect(await search({ until: refused.at })).toEqual([issued.id])
    expect(await search({ since: refused.at, until: elsewhere.at })).toEqual([refused.id])
  })

  test('by namespace, and by several things at once', async () => {
    expect(await search({ namespace: '/acme', outcome: 'issued', repository: '1001' })).toEqual([
      issued.id,
    ])
    expect(await search({ namespace: '/acme/none' })).toEqual([])
  })

  test('finds nothing of another tenant', async () => {
    const stranger = await makeActor(house().gateway, '/globex', [builtIn('owner', '/globex')])
    const answer = await stranger.call('GET', '/decisions?repository=acme/app')
    expect(await answer.json()).toEqual({ data: [], next_cursor: null })
  })

  test.each(['since=yesterday', 'until=2026-01-01', 'outcome=maybe', 'service_account_id=x'])(
    'refuses %s',
    async (query) => {
      const answer = await owner.call('GET', `/decisions?${query}`)
      await expectProblem(answer, 422, 'validation-failed')
    },
  )
})

describe('AC-398 a refused exchange', () => {
  test('AC-398 has its reason in the record, and none in the answer', async () => {
    const { BR, BT, gateway } = house()
    const form = BR({ subject_token: BT({ repository_id: '9' }), client_id: own.client_id })
    const answer = await gateway.token(form)
    const body = (await answer.json()) as Record<string, string>
    expect([answer.status, Object.keys(body).toSorted()]).toEqual([
      400,
      ['decision_id', 'error', 'error_description'],
    ])
    const decision = await awaitDecision(gateway, String(body.decision_id))
    expect(decision).toMatchObject({ outcome: 'refused', reason: 'no_policy_matched' })
    expect(JSON.stringify(body)).not.toContain(decision.reason)
    await expectIssued(await gateway.token(BR()))
  })

  test('AC-398 whose signature had not verified has it in the log', async () => {
    const { BR, BT, gateway } = house()
    const forged = `${BT().split('.', 2).join('.')}.${BT().split('.')[2]}`
    const answer = await gateway.token(BR({ subject_token: forged }))
    const { decision_id: id } = (await answer.json()) as { decision_id: string }
    await expect
      .poll(() => gateway.logs.find((line) => line.includes(id)))
      .toMatch(/"reason":"[a-z_]+"/)
    await expectProblem(await gateway.admin('GET', `/decisions/${id}`), 404, 'not-found')
  })
})
