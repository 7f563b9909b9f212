import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import type { JsonObject } from '../../core/json.ts'
import { commit } from '../audit/trail.ts'
import { constraintViolated, type Db, reach } from '../db.ts'
import { guard } from '../mutate.ts'
import { notSuspendedSql } from '../path-sql.ts'
import { pairingCodes } from '../schema/pairing.ts'
import { type PairingCode, selectPairingCodes } from './pairing-codes.ts'

const notSuspended = sql.raw(notSuspendedSql('namespaces'))

// Whoever may act no more, or is gone, must not have left a door open behind them; and an account
// that is switched off gets no new friends.
const partiesStand = sql.raw(`
  EXISTS (SELECT 1 FROM service_accounts creator
    JOIN namespaces home ON home.id = creator.namespace_id
    WHERE creator.id = pairing_codes.created_by AND creator.enabled = 1
      AND ${notSuspendedSql('home')})
  AND (pairing_codes.service_account_id IS NULL
    OR EXISTS (SELECT 1 FROM service_accounts target
      WHERE target.id = pairing_codes.service_account_id AND target.enabled = 1))`)

/**
 * The code of one of these digests, if it waits: not used, not expired, nowhere suspended, and its
 * maker and its account enabled. Which of them it was is the same to whoever sent it.
 */
export const findWaitingCode = (
  db: Db,
  hashes: readonly string[],
  nowMs: number,
): Promise<PairingCode | undefined> =>
  reach(db, () =>
    selectPairingCodes(db)
      .where(
        and(
          inArray(pairingCodes.hash, [...hashes]),
          isNull(pairingCodes.pairedAt),
          gt(pairingCodes.expiresAt, nowMs),
          notSuspended,
          partiesStand,
        ),
      )
      .get(),
  )

/** What a job has shown. */
export interface Shown {
  readonly issuer: string
  readonly claims: JsonObject
  /** Epoch milliseconds. */
  readonly nowMs: number
  /** Until when it is kept, in epoch milliseconds. */
  readonly keptUntil: number
}

/**
 * Spends a code on what a job has shown, with its event in the trail, in one transaction; says whether
 * the code was still waiting then. Of any number at once, one has it.
 */
export const spendCode = async (
  db: Db,
  code: PairingCode,
  { issuer, claims, nowMs, keptUntil }: Shown,
): Promise<boolean> => {
  const waits = sql`EXISTS (SELECT 1 FROM ${pairingCodes}
    JOIN namespaces ON namespaces.id = ${pairingCodes.namespaceId}
    WHERE ${pairingCodes.id} = ${code.id} AND ${pairingCodes.pairedAt} IS NULL
      AND ${pairingCodes.expiresAt} > ${nowMs}
      AND ${notSuspended} AND ${partiesStand})`
  const happening = { target: code.id, details: { issuer, subject: claims.sub } }
  try {
    await commit(db, { place: code, happening }, [
      guard(db, waits),
      db.orm
        .update(pairingCodes)
        .set({ pairedAt: nowMs, expiresAt: keptUntil, issuer, claims })
        .where(eq(pairingCodes.id, code.id)),
    ])
    return true
  } catch (thrown) {
    if (constraintViolated(thrown) === undefined) throw thrown
    return false
  }
}
