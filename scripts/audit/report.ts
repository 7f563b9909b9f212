import type { Verification } from '../../src/admin/audit/verify-chain.ts'
import { verificationToWire } from '../../src/http/api/audit/audit-verification.ts'
import type { DatabaseVerification } from './database.ts'

/** What was asked of a verification, as far as its report depends on it. */
export interface Asked {
  /** Whether lines were verified, and not a database: they hold no decisions. */
  readonly file: boolean
  /** Whether an event was noted elsewhere. */
  readonly expects: boolean
  /** Whether the event before the first line was told. */
  readonly tellsStart: boolean
}

/** Whether all of it is as it was written. */
export const isGood = ({ chains, unsealed }: DatabaseVerification): boolean =>
  unsealed.length === 0 && chains.every(({ fault }) => fault === null)

const inWords = (
  { tenantId, checked, seals, head, fault }: Verification,
  { file, tellsStart }: Asked,
): string => {
  if (fault === null) {
    const good = file
      ? `${checked} events`
      : `${checked} events and ${seals.checked} sealed minutes`
    return `${tenantId}: ${good} are as they were written; head ${head.sequence}:${head.hash}`
  }
  const minute = fault.minute === undefined ? '' : `, ${new Date(fault.minute).toISOString()}`
  const part = file && !tellsStart && fault.sequence === 1 && fault.problem === 'missing'
  const hint = part ? '; if the file does not begin at 1, say with --from what goes before it' : ''
  return `${tenantId}: event ${fault.sequence}: ${fault.problem}${minute}; the ${checked} before it are as they were written${hint}`
}

/** What a good verification did not look at. */
const unchecked = ({ file, expects }: Asked): { readonly name: string; readonly why: string }[] => [
  ...(file ? [{ name: 'seals', why: 'sealed minutes: their decisions are in the database' }] : []),
  ...(expects ? [] : [{ name: 'tail', why: 'whether the tail was cut off: --expect finds that' }]),
]

/** A verification as one JSON object. */
export const toJson = (done: DatabaseVerification, asked: Asked): string =>
  JSON.stringify({
    valid: isGood(done),
    chains: done.chains
      .map(verificationToWire)
      .map((chain) => (asked.file ? { ...chain, decisions: null } : chain)),
    unsealed: done.unsealed.map(({ tenantId, minute }) => ({
      tenant_id: tenantId,
      problem: 'decisions_added',
      minute: new Date(minute).toISOString(),
    })),
    not_checked: unchecked(asked).map(({ name }) => name),
  })

/** A verification in lines for people. */
export const toLines = (done: DatabaseVerification, asked: Asked): readonly string[] => [
  ...done.chains.map((chain) => inWords(chain, asked)),
  ...done.unsealed.map(
    ({ tenantId, minute }) =>
      `${tenantId}: decisions of ${new Date(minute).toISOString()} were added after it was sealed`,
  ),
  ...(isGood(done) ? unchecked(asked).map(({ why }) => `not checked: ${why}`) : []),
]
