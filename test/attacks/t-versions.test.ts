import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { chill } from '../support/cold.ts'
import type { Account } from '../support/fixture.ts'

const house = useHouse()

let made = 0

/** An account with P0, its newest policy altered behind the admin API as a newer release might. */
async function account(policies: number, set: string): Promise<Account> {
  const { gateway, account: make } = house()
  made += 1
  const names = Array.from({ length: policies }, (_, i) => `P${i}`)
  const created = await make(`newer-${made}`, {
    policies: names.map((name) => policyP0(gateway.issuers.a.url, { name })),
  })
  await house().accepted(house().BT(), created)
  await alter(`UPDATE trust_policies SET ${set} WHERE service_account_id = ? AND name = 'P0'`, [
    created.id,
  ])
  return created
}

/** Changes a row, and counts on as every change does. */
async function alter(sql: string, args: string[]): Promise<void> {
  const { db } = house().gateway
  const [changed] = await db.batch([
    { sql, args },
    "UPDATE namespaces SET config_version = config_version + 1 WHERE path = '/acme'",
  ])
  expect(changed?.rowsAffected).toBe(1)
}

describe('two releases at once', () => {
  const unreadable: [string, string][] = [
    ['in a newer format', 'format = 2'],
    ['in a much newer format', 'format = 1000000'],
    ['with an operator of tomorrow', `bound_claims = '{"repository_id":{"near":"1001"}}'`],
    ['with one beside a known one', `bound_claims = '{"ref":{"glob":"**","near":"1001"}}'`],
    ['with one within any_of', `bound_claims = '{"ref":{"any_of":["x",{"near":"1"}]}}'`],
    ['with one within not', `bound_claims = '{"ref":{"not":{"near":"1"}}}'`],
    ['with bound claims that are no object', `bound_claims = '"all"'`],
    ['with bound claims that do not parse', `bound_claims = '{'`],
    ['with bound claims that are null', `bound_claims = 'null'`],
    ['with a replay mode of tomorrow', "replay = 'single_use_per_run'"],
    ['with a scope that is no list', `scope = '{"all":true}'`],
    ['with a scope that does not parse', "scope = '['"],
  ]

  test.each(unreadable)('AC-386 a policy %s matches nothing', async (_, set) => {
    await house().refused(house().BT(), await account(1, set))
  })

  test.each(unreadable)('AC-386 a policy %s leaves others alone', async (_, set) => {
    await house().accepted(house().BT(), await account(2, set))
  })

  test('AC-386 an issuer with a preset of tomorrow', async () => {
    const { issuers, BT, refused, accepted } = house()
    const sql = 'UPDATE issuers SET preset = ?, version = version + 1 WHERE id = ?'
    await alter(sql, ['forgejo-actions', String(issuers.a.id)])
    await refused(BT())
    await alter('UPDATE issuers SET preset = NULL WHERE id = ?', [String(issuers.a.id)])
    await chill(house())
    await accepted(BT())
  })
})
