import { type ChainHead, noHead } from '../../core/audit-event.ts'
import type { ChainProblem, KeptEvent } from '../../core/chain.ts'
import { readSeal, type Seal, type SealProblem } from '../../core/decision-seal.ts'
import { judgeEvent } from '../../crypto/chain-check.ts'
import { sha256 } from '../../crypto/digest.ts'
import { readChain } from '../../store/audit/trail-queries.ts'
import type { Db } from '../../store/db.ts'
import { judgeSeal } from './verify-seal.ts'

/** The first thing that is not as it was written. */
export interface Fault {
  readonly sequence: number
  readonly problem: ChainProblem | SealProblem
  /** Of decisions: when their minute began, in epoch milliseconds. */
  readonly minute?: number
}

/** How many sealed minutes were compared with their decisions, and of how many those are gone. */
export interface SealCounts {
  readonly checked: number
  readonly purged: number
}

/** What verifying a chain has come to. */
export interface Verification {
  readonly tenantId: string
  /** How many events. */
  readonly checked: number
  readonly seals: SealCounts
  /** The last one that is good. */
  readonly head: ChainHead
  readonly fault: Fault | null
  /** Whether there is no more, good or not. */
  readonly ended: boolean
}

/** What is to be verified. */
export interface VerifyRequest {
  readonly tenantId: string
  /** The last event that is trusted. */
  readonly from: ChainHead
  /** An event that was noted elsewhere: the hash under which it must still be there. */
  readonly anchor: ChainHead | null
  /** Decisions of before this time, in epoch milliseconds, may be gone. */
  readonly keptFromMs: number
  /** Asked now and then. */
  readonly mayGoOn: (checked: number) => boolean
  /** Told of every seal that was good. */
  readonly onSeal?: (seal: Seal) => void
}

const anchorProblem = (head: ChainHead, anchor: ChainHead | null): ChainProblem | null =>
  anchor?.sequence === head.sequence && anchor.hash !== head.hash ? 'altered' : null

const headAfter = ({ sequence, hash }: KeptEvent): ChainHead => ({ sequence, hash })

/** Says what became of an event that was trusted, and that nothing of the walk comes by again. */
const trustedProblem = async (
  db: Db,
  tenantId: string,
  { sequence, hash }: ChainHead,
): Promise<ChainProblem | null> => {
  if (sequence === 0) return null
  const [event] = await readChain(db, { tenantId, after: sequence - 1, limit: 1 })
  if (event?.sequence !== sequence) return 'missing'
  return event.hash === hash && (await sha256(event.content)) === hash ? null : 'altered'
}

const findTrustedFault = async (db: Db, request: VerifyRequest): Promise<Fault | null> => {
  const { tenantId, from, anchor } = request
  const before = anchor !== null && anchor.sequence <= from.sequence ? [anchor, from] : [from]
  for (const head of before) {
    const problem = await trustedProblem(db, tenantId, head)
    if (problem) return { sequence: head.sequence, problem }
  }
  return null
}

type Judged = { readonly fault: Fault } | { readonly sealed: 'none' | 'good' | 'purged' }

const judge = async (
  db: Db,
  head: ChainHead,
  { event, request }: { readonly event: KeptEvent; readonly request: VerifyRequest },
): Promise<Judged> => {
  const { tenantId, anchor, keptFromMs, onSeal } = request
  const problem = (await judgeEvent(head, event)) ?? anchorProblem(headAfter(event), anchor)
  const sequence = head.sequence + 1
  if (problem) return { fault: { sequence, problem } }
  const seal = readSeal(event, Date.parse)
  if (seal === null) return { sealed: 'none' }
  if (seal === undefined) return { fault: { sequence, problem: 'altered' } }
  const found = await judgeSeal(db, tenantId, { seal, keptFromMs })
  if (found !== null && found !== 'purged') {
    return { fault: { sequence, problem: found, minute: seal.minute } }
  }
  onSeal?.(seal)
  return { sealed: found ?? 'good' }
}

const part = 250

/** Walks a chain until its end, its first fault, or until it may not go on. */
export const verifyChain = async (db: Db, request: VerifyRequest): Promise<Verification> => {
  const { tenantId, anchor, mayGoOn } = request
  let head = request.from
  let checked = 0
  const seals = { checked: 0, purged: 0 }
  const end = (fault: Fault | null, ended = true): Verification => ({
    ...{ tenantId, checked, seals, head, fault, ended },
  })
  // A tail that was cut off takes the event with it from where the walk goes on.
  const lost = await findTrustedFault(db, request)
  if (lost !== null) {
    head = noHead
    return end(lost)
  }
  for (;;) {
    const events = await readChain(db, { tenantId, after: head.sequence, limit: part })
    for (const event of events) {
      if (!mayGoOn(checked)) return end(null, false)
      const judged = await judge(db, head, { event, request })
      if ('fault' in judged) return end(judged.fault)
      head = headAfter(event)
      checked += 1
      if (judged.sealed === 'good') seals.checked += 1
      if (judged.sealed === 'purged') seals.purged += 1
    }
    if (events.length < part) break
  }
  // A tail that was cut off leaves a good chain: only a head that was noted elsewhere tells.
  const isCut = anchor !== null && anchor.sequence > head.sequence
  return end(isCut ? { sequence: head.sequence + 1, problem: 'missing' } : null)
}
