import { and, eq, lte, sql } from 'drizzle-orm'
import type { JsonObject } from '../core/json.ts'
import { rootPlace } from '../core/place.ts'
import {
  keptAfterMs,
  keyMarkSeconds,
  publishedAheadMs,
  type SigningKey,
} from '../core/signing-key.ts'
import { type Db, reach } from './db.ts'
import { guard, mutate, type Outcome } from './mutate.ts'
import { signingKeys } from './schema/issuing.ts'
import { revocations } from './schema/revocations.ts'
import { activeIfNone, type SigningKeyRow } from './signing-keys.ts'

// What signed is not needed to verify: a retired key cannot be made to sign again.
const retired = (nowMs: number) => ({ state: 'retired', retiredAt: nowMs, wrappedKey: '' }) as const

const active = (nowMs: number) => ({ state: 'active', activatedAt: nowMs }) as const

/** Publishes the next key, if none is published (guard 0). */
export const publishSigningKey = (db: Db, key: SigningKeyRow, nowMs: number): Promise<Outcome> =>
  mutate(db, rootPlace, {
    target: key.kid,
    details: { algorithm: key.algorithm, state: 'published' },
    guards: [guard(db, sql`NOT EXISTS (SELECT 1 FROM signing_keys WHERE state = 'published')`)],
    statements: [
      db.orm.insert(signingKeys).values({
        ...key,
        publicJwk: key.publicJwk as JsonObject,
        state: 'published',
        createdAt: nowMs,
      }),
    ],
  })

/**
 * Makes the published key the active one and retires the one before it, if it is still the next and
 * was published long enough ago (guard 0). Decided in the transaction: nobody ever sees two.
 */
export const activateSigningKey = (db: Db, kid: string, nowMs: number): Promise<Outcome> =>
  mutate(db, rootPlace, {
    target: kid,
    details: { state: 'active' },
    guards: [
      guard(
        db,
        sql`EXISTS (SELECT 1 FROM signing_keys WHERE kid = ${kid} AND state = 'published'
          AND created_at <= ${nowMs - publishedAheadMs})`,
      ),
    ],
    statements: [
      db.orm.update(signingKeys).set(retired(nowMs)).where(eq(signingKeys.state, 'active')),
      db.orm.update(signingKeys).set(active(nowMs)).where(eq(signingKeys.kid, kid)),
    ],
  })

/**
 * Takes a key out of the set, if its state is as it was read (guard 0), and names it in the
 * revocation feed. The active one comes with a spare: now the published one signs, however new it is,
 * and without one the spare. R38 has to stand back: a key that others may have must not sign again.
 */
export const revokeSigningKey = (
  db: Db,
  { kid, state }: Pick<SigningKey, 'kid' | 'state'>,
  { nowMs, spare }: { readonly nowMs: number; readonly spare: SigningKeyRow | null },
): Promise<Outcome> => {
  const before = Math.floor(nowMs / 1000)
  const mark = { before, expiresAt: before + keyMarkSeconds }
  const replace = spare && [
    db.orm.update(signingKeys).set(active(nowMs)).where(eq(signingKeys.state, 'published')),
    activeIfNone(db, spare, nowMs),
  ]
  return mutate(db, rootPlace, {
    target: kid,
    details: { state },
    guards: [
      guard(db, sql`EXISTS (SELECT 1 FROM signing_keys WHERE kid = ${kid} AND state = ${state})`),
    ],
    statements: [
      db.orm.delete(signingKeys).where(eq(signingKeys.kid, kid)),
      db.orm
        .insert(revocations)
        .values({ audience: '', kind: 'key', value: kid, ...mark })
        .onConflictDoUpdate({
          target: [revocations.audience, revocations.kind, revocations.value],
          set: mark,
        }),
      ...(replace ?? []),
    ],
  })
}

/** Whether a key was revoked a while ago, so that asking twice is no mistake. */
export const wasRevoked = async (db: Db, kid: string): Promise<boolean> => {
  const { audience, kind, value } = revocations
  const named = and(eq(audience, ''), eq(kind, 'key'), eq(value, kid))
  return (await reach(db, () => db.orm.select().from(revocations).where(named).get())) !== undefined
}

/** Deletes retired keys whose last tokens are dead; says how many. */
export const deleteRetiredKeys = async (db: Db, nowMs: number): Promise<number> => {
  const { state, retiredAt } = signingKeys
  const dead = and(eq(state, 'retired'), lte(retiredAt, nowMs - keptAfterMs))
  const { rowsAffected } = await reach(db, async () => db.orm.delete(signingKeys).where(dead))
  return rowsAffected
}
