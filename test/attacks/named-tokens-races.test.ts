import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectIssued, expectS400 } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import type { Made } from '../support/maker.ts'
import { exchangeForm, makeToken, type NamedToken, tokensOf } from '../support/named-tokens.ts'

const house = useHouse()

const parallel = <T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)))

const tally = (answers: readonly Response[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

let robot: Account

beforeAll(async () => {
  robot = await house().account('robot', { policies: [] })
  // Logs the root account in once, and not in every racing request.
  await house().gateway.rootToken()
})

const post = (account: Account, name: string) =>
  house().gateway.admin('POST', tokensOf(account), {
    name,
    resource_server_id: house().resourceServers.api1.id,
  })

const rowsOf = async (account: Made) => {
  const { rows } = await house().gateway.db.execute({
    sql: 'SELECT id, hash FROM named_tokens WHERE service_account_id = ?',
    args: [account.id],
  })
  return rows
}

const exchange = (account: Account, value: string) =>
  house().gateway.token(exchangeForm(account.client_id, value))

describe('60 at once', () => {
  it('an account gets 50 named tokens and no more', async () => {
    const full = await house().account('full', { policies: [] })
    const answers = await parallel(60, (i) => post(full, `token-${i}`))
    expect(tally(answers)).toEqual({ 201: 50, 409: 10 })
    expect(await rowsOf(full)).toHaveLength(50)
    const late = await post(full, 'late')
    expect(await late.text()).toContain('quota-exceeded')
    const made = answers.find(({ status }) => status === 201) as Response
    const { id, token } = (await made.json()) as NamedToken
    await expectIssued(await exchange(full, token))
    await house().gateway.admin('DELETE', `${tokensOf(full)}/${id}`)
    expect((await post(full, 'late')).status).toBe(201)
  })

  it('one name is taken once', async () => {
    const named = await house().account('named', { policies: [] })
    expect(tally(await parallel(60, () => post(named, 'same')))).toEqual({ 201: 1, 409: 59 })
    expect(await rowsOf(named)).toHaveLength(1)
  })

  it('renamed to one name: one is', async () => {
    const renamed = await house().account('renamed', { policies: [] })
    const tokens = await parallel(50, () => makeToken(house(), renamed))
    const answers = await parallel(50, (i) =>
      house().gateway.admin('PATCH', `${tokensOf(renamed)}/${tokens[i]?.id}`, { name: 'one' }),
    )
    expect(tally(answers)).toEqual({ 200: 1, 409: 49 })
  })

  it('regenerated: of all the values that were answered, one is good', async () => {
    const { gateway } = house()
    const first = await makeToken(house(), robot)
    const path = `${tokensOf(robot)}/${first.id}:regenerate`
    const answers = await parallel(60, () => gateway.admin('POST', path))
    const counts = tally(answers)
    expect(Object.keys(counts).every((status) => status === '200' || status === '412')).toBe(true)
    expect(counts[200]).toBeGreaterThanOrEqual(1)
    const winners = answers.filter(({ status }) => status === 200)
    const values = await Promise.all(
      winners.map(async (answer) => ((await answer.json()) as NamedToken).token),
    )
    const tried = await Promise.all(values.map((value) => exchange(robot, value)))
    const good = tried.filter(({ status }) => status === 200)
    expect(good).toHaveLength(1)
    await expectS400(await exchange(robot, first.token))
  })

  it('regenerated while it is exchanged: no exchange of the old value after the answer', async () => {
    const { gateway } = house()
    const old = await makeToken(house(), robot)
    let answered = false
    const late: number[] = []
    const exchanges = parallel(60, async () => {
      const startedAfter = answered
      const { status } = await exchange(robot, old.token)
      if (startedAfter) late.push(status)
    })
    await gateway.admin('POST', `${tokensOf(robot)}/${old.id}:regenerate`)
    answered = true
    await exchanges
    expect(late).not.toContain(200)
    const after = await parallel(60, () => exchange(robot, old.token))
    expect(tally(after)).toEqual({ 400: 60 })
  })

  it('deleted and regenerated: it is gone, and no value of it is good', async () => {
    const { gateway } = house()
    const token = await makeToken(house(), robot)
    const path = `${tokensOf(robot)}/${token.id}`
    const [answers, removed] = await Promise.all([
      parallel(60, () => gateway.admin('POST', `${path}:regenerate`)),
      gateway.admin('DELETE', path),
    ])
    expect(removed.status).toBe(204)
    for (const answer of answers.filter(({ status }) => status === 200)) {
      const { token: value } = (await answer.json()) as NamedToken
      await expectS400(await exchange(robot, value))
    }
    expect((await gateway.admin('GET', path)).status).toBe(404)
  })

  it('made while the ceiling falls to 0: whatever was made is dead', async () => {
    const { gateway, make, account } = house()
    const namespace = await make.namespace('/acme/falling')
    const owner = await account('falling', { namespace: '/acme/falling', policies: [] })
    const [answers] = await Promise.all([
      parallel(60, (i) => post(owner, `token-${i}`)),
      gateway.admin('PATCH', `/namespaces/${namespace.id}`, { named_tokens_max_days: 0 }),
    ])
    for (const answer of answers.filter(({ status }) => status === 201)) {
      const { token } = (await answer.json()) as NamedToken
      await expectS400(await exchange(owner, token))
    }
    expect((await post(owner, 'late')).status).toBe(422)
  })
})
