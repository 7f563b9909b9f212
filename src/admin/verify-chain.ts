import type { ChainHead } from '../core/audit-event.ts'
import type { ChainProblem, KeptEvent } from '../core/chain.ts'
import { judgeEvent } from '../crypto/chain-check.ts'
import type { Db } from '../store/db.ts'
import { readChain } from '../store/trail-queries.ts'

/** An event that was noted somewhere else: the hash under which it must still be there. */
export type Anchor = ChainHead

/** The first thing that is not as it was written. */
export interface Fault {
  readonly sequence: number
  readonly problem: ChainProblem
}

/** What verifying a chain has come to. */
export interface Verification {
  readonly tenantId: string
  /** How many events. */
  readonly checked: number
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
  readonly anchor: Anchor | null
  /** Asked between two parts. */
  readonly mayGoOn: (checked: number) => boolean
}

const part = 250

const anchorFault = (head: ChainHead, anchor: Anchor | null): ChainProblem | null =>
  anchor?.sequence === head.sequence && anchor.hash !== head.hash ? 'altered' : null

const headAfter = ({ sequence, hash }: KeptEvent): ChainHead => ({ sequence, hash })

/** Walks a chain until its end, its first fault, or until it may not go on. */
export const verifyChain = async (
  db: Db,
  { tenantId, from, anchor, mayGoOn }: VerifyRequest,
): Promise<Verification> => {
  let head = from
  let checked = 0
  const end = (problem: ChainProblem | null, sequence = head.sequence + 1): Verification => ({
    tenantId,
    checked,
    head,
    fault: problem && { sequence, problem },
    ended: true,
  })
  const told = anchorFault(head, anchor)
  if (told) return end(told, head.sequence)
  for (;;) {
    const events = await readChain(db, { tenantId, after: head.sequence, limit: part })
    for (const event of events) {
      const problem = (await judgeEvent(head, event)) ?? anchorFault(headAfter(event), anchor)
      if (problem) return end(problem)
      head = headAfter(event)
      checked += 1
    }
    if (events.length < part) break
    if (!mayGoOn(checked)) return { ...end(null), ended: false }
  }
  // A tail that was cut off leaves a good chain: only a head that was noted elsewhere tells.
  return end(anchor !== null && anchor.sequence > head.sequence ? 'missing' : null)
}
