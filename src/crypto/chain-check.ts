import { markText } from '../core/audit-actor.ts'
import type { ChainHead } from '../core/audit-event.ts'
import {
  type ChainProblem,
  columnProblem,
  type KeptEvent,
  type Link,
  linkProblem,
} from '../core/chain.ts'
import { sha256 } from './digest.ts'

/** Judges an event as the next of its chain, by its text and hash alone: a line of an export. */
export const judgeLink = async (head: ChainHead, link: Link): Promise<ChainProblem | null> =>
  linkProblem(head, link, await sha256(link.content))

/** Judges an event as the next of its chain, and the columns that it is kept with. */
export const judgeEvent = async (
  head: ChainHead,
  event: KeptEvent,
): Promise<ChainProblem | null> => {
  const { id, platform } = event
  const broken = await judgeLink(head, event)
  const mark = platform && (await sha256(markText(id, platform)))
  return broken ?? columnProblem(event, mark, Date.parse)
}
