import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import type { Account } from '../support/fixture.ts'

const house = useHouse({ faultyDatabase: true })
const isClaim = (body: string): boolean => body.includes('INSERT INTO decisions')
let made = 0

interface Raced {
  readonly response: Response
  readonly body: Record<string, unknown>
  readonly record: Record<string, unknown>
}

/** Exchanges a token; the claim commits and its reply is lost, and then the configuration changes. */
async function race(change: string): Promise<Raced> {
  const { gateway, BT, BR } = house()
  made += 1
  const policy = policyP0(gateway.issuers.a.url, { replay: 'single_use' })
  const account: Account = await house().account(`lost-${made}`, { policies: [policy] })
  const { database, db } = gateway
  database.set('hang-after-commit', { when: isClaim, times: 1 })
  const answering = gateway.token(BR({ client_id: account.client_id, subject_token: BT() }))
  while (database.faults() < made) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 200))
  await db.batch([
    { sql: change, args: [account.id] },
    "UPDATE namespaces SET config_version = config_version + 1 WHERE path = '/acme'",
  ])
  const response = await answering
  const body = (await response.json()) as Record<string, unknown>
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const { rows } = await db.execute({
    sql: 'SELECT * FROM decisions WHERE service_account_id = ?',
    args: [account.id],
  })
  return { response, body, record: rows[0] as unknown as Record<string, unknown> }
}

describe('a claim whose reply is lost before the configuration changes', () => {
  test('is given back: the caller may come again, and nothing is recorded as issued', async () => {
    const { response, record } = await race(
      `UPDATE trust_policies SET enabled = 0 WHERE service_account_id = ?`,
    )
    expect([response.status, record.outcome, record.token_identity]).toEqual([503, 'refused', null])
  })

  test('is no bug to a caller who would have earned a reason', async () => {
    const { response, record } = await race(
      `UPDATE trust_policies SET bound_claims = '{"sub":"repo:acme/app:ref:refs/heads/main","ref":"x"}'
        WHERE service_account_id = ?`,
    )
    expect([response.status, record.outcome]).toEqual([503, 'refused'])
  })

  test('issues no token that the record does not describe', async () => {
    const { response, body, record } = await race(
      `UPDATE trust_policies SET scope = '["deploy:read"]', version = 2 WHERE service_account_id = ?`,
    )
    expect([response.status, body.access_token]).toEqual([503, undefined])
    expect([record.outcome, record.token_jti]).toEqual(['refused', null])
  })
})
