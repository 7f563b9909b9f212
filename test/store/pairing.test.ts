import { describe, expect, it } from 'vitest'
import type { PairingCode } from '../../src/store/pairing/pairing-codes.ts'
import { addPairingCode, findPairingCode } from '../../src/store/pairing/pairing-codes.ts'
import { findWaitingCode, spendCode } from '../../src/store/pairing/presentation.ts'
import { useDatabase } from './database.ts'
import { account, madeAt, tree } from './tree.ts'

const database = useDatabase(
  ...tree,
  account('sa_1', { namespace_id: 'ns_acme' }),
  account('sa_2', { namespace_id: 'ns_acme' }),
)

const nowMs = madeAt + 1000

const codeOf = (id: string, changes: Partial<PairingCode> = {}): PairingCode => ({
  id: `pair_${id}`,
  namespaceId: 'ns_acme',
  namespacePath: '/acme',
  tenantId: 'ns_acme',
  serviceAccountId: null,
  hash: `hash-${id}`,
  pepperVersion: 1,
  createdBy: 'sa_1',
  expiresAt: nowMs + 1000,
  pairedAt: null,
  issuer: null,
  claims: null,
  createdAt: nowMs,
  ...changes,
})

const shown = { issuer: 'https://issuer-a.test', claims: { sub: 'x' }, nowMs, keptUntil: nowMs + 9 }

describe('a pairing code', () => {
  it('waits until it expires, and is found by its digest alone', async () => {
    const { db } = database()
    expect(await addPairingCode(db, codeOf('1'))).toEqual({ kind: 'done' })
    expect(await findWaitingCode(db, ['hash-1', 'other'], nowMs)).toMatchObject({ id: 'pair_1' })
    expect(await findWaitingCode(db, ['pair_1', 'hash-2'], nowMs)).toBeUndefined()
    expect(await findWaitingCode(db, ['hash-1'], nowMs + 1000)).toBeUndefined()
  })

  it('is spent once, by one of fifty, and keeps what that one showed', async () => {
    const { db } = database()
    const code = codeOf('2')
    await addPairingCode(db, code)
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        spendCode(db, code, { ...shown, claims: { sub: `${i}` } }),
      ),
    )
    expect(all.filter(Boolean)).toHaveLength(1)
    const winner = all.indexOf(true)
    expect(await findPairingCode(db, code.id)).toMatchObject({
      pairedAt: nowMs,
      expiresAt: shown.keptUntil,
      claims: { sub: String(winner) },
    })
    expect(await findWaitingCode(db, ['hash-2'], nowMs)).toBeUndefined()
  })

  it('that has expired, or is gone, is not spent', async () => {
    const { db } = database()
    const code = codeOf('3')
    await addPairingCode(db, code)
    expect(await spendCode(db, code, { ...shown, nowMs: nowMs + 1000 })).toBe(false)
    expect(await spendCode(db, codeOf('4'), shown)).toBe(false)
  })

  it('is not made for an account that lives elsewhere, or nowhere', async () => {
    const outcome = await addPairingCode(database().db, codeOf('5', { serviceAccountId: 'sa_0' }))
    expect(outcome).toEqual({ kind: 'guard', index: 0 })
  })

  it.each([
    ['its maker is disabled', "UPDATE service_accounts SET enabled = 0 WHERE id = 'sa_1'"],
    ['its account is disabled', "UPDATE service_accounts SET enabled = 0 WHERE id = 'sa_2'"],
    ['its maker is gone', "DELETE FROM service_accounts WHERE id = 'sa_1'"],
  ])('waits no more, and is not spent, once %s', async (_, statement) => {
    const { db, write } = database()
    const code = codeOf('6', { serviceAccountId: 'sa_2' })
    expect(await addPairingCode(db, code)).toEqual({ kind: 'done' })
    expect(await findWaitingCode(db, ['hash-6'], nowMs)).toBeDefined()
    await write(statement)
    expect(await findWaitingCode(db, ['hash-6'], nowMs)).toBeUndefined()
    expect(await spendCode(db, code, shown)).toBe(false)
  })
})
