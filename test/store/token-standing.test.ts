import { describe, expect, it } from 'vitest'
import type { UnverifiedIssued } from '../../src/core/issued-token.ts'
import { readStanding } from '../../src/store/exchange/token-standing.ts'
import { row, useDatabase } from './database.ts'
import { account, madeAt, tree } from './tree.ts'

const now = madeAt / 1000

const database = useDatabase(...tree, account('sa_1'))

const token: UnverifiedIssued = {
  kid: 'k1',
  jti: 'j1',
  accountId: 'sa_1',
  audience: 'https://rs_api.test',
  policyId: 'tp_1',
  issuedAt: now,
}

const standing = (changes: Partial<UnverifiedIssued> = {}) =>
  readStanding(database().db, { ...token, ...changes })

const mark = (kind: string, value: string, before = now, audience = token.audience) =>
  database().write(row('revocations', { audience, kind, value, before, expires_at: now + 600 }))

const update = (sql: string) => database().write(sql)

describe('a token', () => {
  it('stands: of an account that lives, for an API that is there', async () => {
    const { publicKeys, ...rest } = await standing()
    expect(rest).toEqual({
      revoked: false,
      accountLives: true,
      serverPath: '/acme',
      suspended: [],
    })
    expect(publicKeys).toMatchObject([{ kid: expect.any(String), use: 'sig' }])
  })

  it('is one round trip, whatever it says', async () => {
    for (const changes of [{}, { accountId: 'nobody', audience: 'x', policyId: null }]) {
      const before = database().requests()
      await standing(changes)
      expect(database().requests() - before).toBe(1)
    }
  })

  it.each([
    ['account', 'sa_1'],
    ['policy', 'tp_1'],
    ['token', 'j1'],
  ])('is dead by its %s, at or before the mark', async (kind, value) => {
    await mark(kind, value)
    expect(await standing()).toMatchObject({ revoked: true })
    expect(await standing({ issuedAt: now - 1 })).toMatchObject({ revoked: true })
    // One token is dead whenever it was issued; of all others those that came later are not.
    const later = await standing({ issuedAt: now + 1 })
    expect(later.revoked).toBe(kind === 'token')
  })

  it('is dead by its key, for every audience', async () => {
    await mark('key', 'k1', now, '')
    expect(await standing({ issuedAt: now + 9 })).toMatchObject({ revoked: true })
    expect(await standing({ kid: 'k2' })).toMatchObject({ revoked: false })
  })

  it.each([
    ['account', 'sa_2'],
    ['policy', 'tp_10'],
    ['token', 'j'],
    ['account', 'j1'],
    ['token', 'sa_1'],
  ])('is not dead by another mark: %s %s', async (kind, value) => {
    await mark(kind, value)
    expect(await standing()).toMatchObject({ revoked: false })
  })

  it('is not dead by a mark for another audience', async () => {
    await mark('account', 'sa_1', now, 'https://other.test')
    expect(await standing()).toMatchObject({ revoked: false })
  })

  it.each([
    ['its account is disabled', 'UPDATE service_accounts SET enabled = 0'],
    ['its account is gone', 'DELETE FROM service_accounts'],
    ['its namespace is suspended', "UPDATE namespaces SET enabled = 0 WHERE id = 'ns_payments'"],
    ['its tenant is suspended', "UPDATE namespaces SET enabled = 0 WHERE id = 'ns_acme'"],
    ['everything is', "UPDATE namespaces SET enabled = 0 WHERE id = 'ns_root'"],
  ])('has nobody to speak for when %s', async (_, sql) => {
    await update(sql)
    expect(await standing()).toMatchObject({ accountLives: false })
  })

  it('speaks for its account when others are suspended', async () => {
    await update("UPDATE namespaces SET enabled = 0 WHERE id IN ('ns_eu', 'ns_web', 'ns_globex')")
    expect(await standing()).toMatchObject({ accountLives: true })
  })

  it('has no API where nobody has its audience', async () => {
    expect(await standing({ audience: 'https://RS_API.test' })).toMatchObject({ serverPath: null })
    const admin = { audience: 'urn:gatehouse:admin', issuedAt: Math.floor(Date.now() / 1000) + 60 }
    expect(await standing(admin)).toMatchObject({ serverPath: '/' })
  })

  it.each([
    ['lies in another tenant now', "namespace_id = 'ns_globex'", null],
    ['was made after it', `created_at = ${madeAt + 61_000}`, null],
    ['was made by a clock that is ahead', `created_at = ${madeAt + 60_000}`, '/acme'],
    ['is one for everybody', "namespace_id = 'ns_root'", '/'],
  ])('is for a namesake or not, when the API of its audience %s', async (_, change, serverPath) => {
    await update(`UPDATE resource_servers SET ${change} WHERE id = 'rs_api'`)
    expect(await standing()).toMatchObject({ serverPath })
  })
})
