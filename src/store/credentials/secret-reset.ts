import { and, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Db } from '../db.ts'
import { mutate, type Outcome } from '../mutate.ts'
import { clientSecrets } from '../schema/credentials.ts'
import {
  insertSecret,
  isOwner,
  type NewSecret,
  ofOwner,
  ofSecret,
  type SecretOwner,
  sweepDead,
  switchOn,
} from './client-secrets.ts'

/** A secret that takes the place of all others. */
export interface Reset {
  readonly secret: NewSecret
  /** How long the newest of them lives on; null: none does. */
  readonly graceSeconds: number | null
  /** The client id from now on. */
  readonly clientId: string
}

const endAll = (db: Db, owner: SecretOwner): BatchItem<'sqlite'> =>
  db.orm.delete(clientSecrets).where(ofOwner(owner))

// Of two that live, the newest: whoever has an old one that leaked could choose which was used last.
const keepOne = (
  db: Db,
  owner: SecretOwner,
  { nowMs, until }: { nowMs: number; until: number },
) => [
  sweepDead(db, owner, nowMs),
  db.orm.delete(clientSecrets).where(
    and(
      ofOwner(owner),
      sql`id <> (SELECT id FROM ${clientSecrets} WHERE service_account_id = ${owner.id}
          ORDER BY id DESC LIMIT 1)`,
    ),
  ),
  db.orm
    .update(clientSecrets)
    .set({ expiresAt: sql`min(expires_at, ${until})` })
    .where(ofOwner(owner)),
]

/**
 * Puts one secret in the place of all others, which end at once, or one of them after a grace; all
 * in one transaction, unless the account is gone or has another client id (guard 0).
 */
export const resetSecrets = (db: Db, owner: SecretOwner, reset: Reset): Promise<Outcome> => {
  const { secret, graceSeconds, clientId } = reset
  const { createdAt: nowMs } = secret
  const ending =
    graceSeconds === null
      ? [endAll(db, owner)]
      : keepOne(db, owner, { nowMs, until: nowMs + graceSeconds * 1000 })
  return mutate(db, owner, {
    target: secret.id,
    details: { ...ofSecret(secret), graceSeconds, clientId },
    guards: [isOwner(db, owner)],
    statements: [...ending, insertSecret(db, secret), switchOn(db, owner, clientId)],
  })
}
