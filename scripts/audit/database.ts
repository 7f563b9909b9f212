import { type Verification, verifyChain } from '../../src/admin/audit/verify-chain.ts'
import { type ChainHead, noHead } from '../../src/core/audit-event.ts'
import { minuteOf, type Seal } from '../../src/core/decision-seal.ts'
import { timeOfId } from '../../src/core/id-time.ts'
import { dayMs, minuteMs } from '../../src/core/lifetime.ts'
import { readHeads } from '../../src/store/audit/chain-heads.ts'
import { readSealedRows, readSealedUntil } from '../../src/store/audit/sealed-decisions.ts'
import type { Db } from '../../src/store/db.ts'
import { findNamespace, findNamespaceByPath } from '../../src/store/tree/namespaces.ts'

/** Decisions that no seal counts, although the seals have gone beyond their minute. */
export interface Unsealed {
  readonly tenantId: string
  /** When the minute began, in epoch milliseconds. */
  readonly minute: number
}

/** What verifying a database has come to. */
export interface DatabaseVerification {
  readonly chains: readonly Verification[]
  readonly unsealed: readonly Unsealed[]
}

/** What of a database is to be verified, and what is known of it from elsewhere. */
export interface DatabaseRequest {
  /** A path or an id; null: all tenants, also those that are gone. */
  readonly tenant: string | null
  readonly anchor: ChainHead | null
  readonly decisionDays: number
  readonly tell: (progress: string) => void
}

const tenantsOf = async (db: Db, tenant: string | null): Promise<string[]> => {
  if (tenant !== null) {
    const find = tenant.startsWith('/') ? findNamespaceByPath : findNamespace
    const found = await find(db, tenant)
    if (found === undefined && tenant.startsWith('/')) throw new Error(`there is no ${tenant}`)
    return [found?.tenantId ?? tenant]
  }
  const ids: string[] = []
  for (;;) {
    const heads = await readHeads(db, { after: ids.at(-1) ?? '', limit: 500 })
    if (heads.length === 0) return ids
    ids.push(...heads.map(({ tenantId }) => tenantId))
  }
}

const page = 1000

/** Goes through the decisions that ought to be sealed. */
const findUnsealed = async (
  db: Db,
  {
    keptFromMs,
    counts,
    sealed,
  }: {
    readonly keptFromMs: number
    readonly counts: (tenantId: string) => boolean
    /** How many decisions each seal counts. */
    readonly sealed: ReadonlyMap<string, number>
  },
): Promise<Unsealed[]> => {
  const span = { from: minuteOf(keptFromMs) + minuteMs, until: (await readSealedUntil(db)) ?? 0 }
  const seen = new Map<string, number>()
  const found = new Map<string, Unsealed>()
  for (let after = ''; ; ) {
    const rows = await readSealedRows(db, span, { after, limit: page })
    for (const { id, tenantId, shownIn } of rows) {
      const minute = minuteOf(timeOfId(id))
      const key = `${tenantId} ${minute}`
      const count = (seen.get(key) ?? 0) + 1
      seen.set(key, count)
      const isMore = count > (sealed.get(key) ?? 0)
      if (counts(tenantId) && isMore) found.set(key, { tenantId, minute })
      // It stands in the lists of one tenant, and says that it is another's: no seal counts it there.
      const isStray = shownIn !== null && shownIn !== tenantId && counts(shownIn)
      if (isStray) found.set(`${shownIn} ${minute}`, { tenantId: shownIn, minute })
    }
    if (rows.length < page) return [...found.values()]
    after = rows.at(-1)?.id ?? after
  }
}

/** Verifies chains, the decisions that they seal, and that none is left unsealed. */
export const verifyDatabase = async (
  db: Db,
  { tenant, anchor, decisionDays, tell }: DatabaseRequest,
): Promise<DatabaseVerification> => {
  const keptFromMs = Date.now() - decisionDays * dayMs
  const known = await tenantsOf(db, tenant)
  const sealed = new Map<string, number>()
  const chains: Verification[] = []
  for (const tenantId of known) {
    const mayGoOn = (checked: number): boolean => {
      tell(`${tenantId}: ${checked} events`)
      return true
    }
    const onSeal = ({ minute, count }: Seal) => {
      if (minute >= keptFromMs) sealed.set(`${tenantId} ${minute}`, count)
    }
    chains.push(
      await verifyChain(db, { tenantId, from: noHead, anchor, keptFromMs, mayGoOn, onSeal }),
    )
  }
  // Of a broken chain not every seal was read; what belongs to no chain counts where all are meant.
  const broken = new Set(chains.filter(({ fault }) => fault !== null).map((each) => each.tenantId))
  const counts = (tenantId: string): boolean =>
    !broken.has(tenantId) && (tenant === null || known.includes(tenantId))
  const unsealed = await findUnsealed(db, { keptFromMs, counts, sealed })
  const nothing = chains.every(({ checked, fault }) => checked === 0 && fault === null)
  if (nothing && unsealed.length === 0) {
    throw new Error(`${tenant ?? 'the database'} has no events: nothing was checked`)
  }
  return { chains, unsealed }
}
