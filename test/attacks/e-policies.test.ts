import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { expectS400 } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { judging } from '../support/judging.ts'

const house = useHouse()
const { trusting, trustingAny } = judging(house)

const repository = (id: string): Claims => ({ name: id, bound_claims: { repository_id: id } })

/** Ids of an account's policies, by their names. */
async function policyIds({ id }: Account): Promise<Map<string, string>> {
  const response = await house().gateway.admin('GET', `/service-accounts/${id}/trust-policies`)
  const { data } = (await response.json()) as { data: { id: string; name: string }[] }
  return new Map(data.map((policy) => [policy.name, policy.id]))
}

/** Writes into a stored policy what no API would, and moves the tenant on as every change does. */
async function alter(policyId: string, assignment: string, value: string | number): Promise<void> {
  const results = await house().gateway.db.batch(
    [
      {
        sql: `UPDATE trust_policies SET ${assignment} = ? WHERE id = ?`,
        args: [value, policyId],
      },
      "UPDATE namespaces SET config_version = config_version + 1 WHERE path = '/acme'",
    ],
    'write',
  )
  expect(results.map(({ rowsAffected }) => rowsAffected)).toEqual([1, 1])
}

/** Changes an account's only policy through the API. */
async function patch(account: Account, members: Claims): Promise<void> {
  const [id] = (await policyIds(account)).values()
  const path = `/service-accounts/${account.id}/trust-policies/${id}`
  const { gateway } = house()
  const found = await gateway.admin('GET', path)
  const ifMatch = found.headers.get('etag') ?? ''
  expect((await gateway.admin('PATCH', path, members, { ifMatch })).status).toBe(200)
}

describe('alternatives', () => {
  test('AC-120 only the third of three matches', async () => {
    const { BT, accepted, refused } = house()
    const account = await trustingAny([repository('1'), repository('2'), repository('1001')])
    await accepted(BT(), account)
    await accepted(BT({ repository_id: '1' }), account)
    await refused(BT({ repository_id: '3' }), account)
  })

  test('AC-120 two policies never lend each other a clause', async () => {
    const { BT, accepted, refused } = house()
    const account = await trustingAny([
      { name: 'A', bound_claims: { repository_id: '1', ref: 'refs/heads/main' } },
      { name: 'B', bound_claims: { repository_id: '2', ref: 'refs/heads/dev' } },
    ])
    await accepted(BT({ repository_id: '1' }), account)
    await accepted(BT({ repository_id: '2', ref: 'refs/heads/dev' }), account)
    await refused(BT({ repository_id: '2' }), account)
    await refused(BT({ repository_id: '1', ref: 'refs/heads/dev' }), account)
  })
})

describe('damage', () => {
  const damaged: [string, string, string | number][] = [
    ['an unknown operator', 'bound_claims', '{"repository_id":{"regex":".*"}}'],
    ['an unknown operator inside one', 'bound_claims', '{"repository_id":{"not":{"in":["2"]}}}'],
    ['an unknown operator in a list', 'bound_claims', '{"repository_id":{"any_of":["1",{"x":1}]}}'],
    ['two operators', 'bound_claims', '{"repository_id":{"present":true,"glob":"*"}}'],
    ['an operand of another type', 'bound_claims', '{"repository_id":{"glob":["1"]}}'],
    ['present false', 'bound_claims', '{"repository_id":{"present":false}}'],
    ['null', 'bound_claims', '{"repository_id":null}'],
    ['a list', 'bound_claims', '{"repository_id":["1"]}'],
    ['one claim unreadable beside a good one', 'bound_claims', '{"repository_id":"1","x":{"y":1}}'],
    ['no claims', 'bound_claims', '{}'],
    ['a list of claims', 'bound_claims', '[]'],
    ['a word', 'bound_claims', '"repository_id"'],
    ['JSON null', 'bound_claims', 'null'],
    ['no JSON', 'bound_claims', '{"repository_id":'],
    ['an empty text', 'bound_claims', ''],
    ['a later format', 'format', 99],
  ]

  test.each(damaged)('AC-121 %s', async (_, column, value) => {
    const { BT, accepted, refused } = house()
    const account = await trustingAny([repository('1'), repository('1001')])
    await accepted(BT({ repository_id: '1' }), account)
    const broken = (await policyIds(account)).get('1') ?? ''
    await alter(broken, column, value)
    await refused(BT({ repository_id: '1' }), account)
    await refused(BT({ repository_id: null }), account)
    await accepted(BT(), account)
  })

  test('AC-121 the only policy of an account', async () => {
    const { BT, accepted, refused } = house()
    const account = await trustingAny([repository('1001')])
    await accepted(BT(), account)
    const [id = ''] = (await policyIds(account)).values()
    await alter(id, 'bound_claims', '{"repository_id":{"regex":".*"}}')
    await refused(BT(), account)
  })
})

describe('state', () => {
  test('AC-122 a disabled policy, at once', async () => {
    const { BT, accepted, refused } = house()
    const account = await trusting({ repository_id: '1001' })
    await accepted(BT(), account)
    await patch(account, { enabled: false })
    await refused(BT(), account)
    await patch(account, { enabled: true })
    await accepted(BT(), account)
  })

  test('AC-122 disabled from the start', async () => {
    const { BT, refused } = house()
    await refused(BT(), await trusting({ repository_id: '1001' }, { enabled: false }))
  })

  test('AC-122 expires_at in the past, and in the future', async () => {
    const { BT, accepted, refused } = house()
    const account = await trusting({ repository_id: '1001' })
    await patch(account, { expires_at: new Date(Date.now() + 3_600_000).toISOString() })
    await accepted(BT(), account)
    const [id = ''] = (await policyIds(account)).values()
    await alter(id, 'expires_at', now() - 1)
    await refused(BT(), account)
    await alter(id, 'expires_at', now() + 3600)
    await accepted(BT(), account)
  })

  test('AC-122 a disabled policy beside a healthy one', async () => {
    const { BT, BR, accepted, gateway } = house()
    const account = await trustingAny([{ ...repository('1'), enabled: false }, repository('1001')])
    await accepted(BT(), account)
    const subject_token = BT({ repository_id: '1' })
    const form = BR({ subject_token, client_id: account.client_id })
    await expectS400(await gateway.token(form))
  })
})
