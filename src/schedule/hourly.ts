import type { Context } from '../context.ts'
import { within } from '../patience.ts'
import { inNameOf } from '../store/db.ts'
import { anchorChains } from './anchor-chains.ts'
import type { Duty } from './duty.ts'
import { notices } from './notices.ts'
import { purge } from './purge.ts'
import { rewrapSecrets } from './rewrap-secrets.ts'
import { rotateKeys } from './rotate-keys.ts'
import { sealDecisions } from './seal-decisions.ts'

/** What is done once an hour, in this order. */
export const duties: readonly Duty[] = [
  rotateKeys,
  rewrapSecrets,
  sealDecisions,
  purge,
  anchorChains,
  notices,
]

// A duty minds its time by itself; one that hangs all the same is left behind.
const graceMs = 5000

const late = (): never => {
  throw new Error('it was still at work when its time was over')
}

const inItsName = ({ name }: Duty, context: Context): Context => ({
  ...context,
  db: inNameOf(context.db, { ...context.db.scribe.author, action: `schedule.${name}` }),
})

/** Runs one duty. One that fails says so in the log, and stops none of the others. */
export const perform = async (duty: Duty, context: Context): Promise<void> => {
  try {
    const work = duty.run(inItsName(duty, context))
    const counts = await within(context.remainingMs() + graceMs, work, late)
    context.log({ event: 'duty_done', duty: duty.name, ...counts })
  } catch (thrown) {
    context.log({ event: 'duty_failed', duty: duty.name, detail: `${thrown}` })
  }
}
