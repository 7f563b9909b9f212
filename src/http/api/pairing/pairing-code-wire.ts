import * as z from 'zod'
import type { MadeCode } from '../../../admin/pairing/new-pairing-code.ts'
import type * as codes from '../../../admin/pairing/pairing-codes.ts'
import type { Context } from '../../../context.ts'
import { answeredTime, answeredTimeOrNull, id, toTime, toTimeOrNull } from '../fields.ts'
import { PolicySuggestion, suggestionToWire } from '../policies/suggestion-wire.ts'
import { hasOnePlace, onePlace, placeMembers } from '../policies/wanted-place.ts'
import type { Wire } from '../wire.ts'

export const PairingCodeBody = z
  .strictObject({
    ...placeMembers,
    expires_in_seconds: z.number().int().min(60).max(3600).default(900),
  })
  .refine(hasOnePlace, onePlace)

const members = {
  id,
  namespace: z.string(),
  service_account_id: id.nullable().describe('The account that is to trust the job'),
  status: z.enum(['waiting', 'paired', 'expired']),
  created_by: id,
  created_at: answeredTime,
  expires_at: answeredTime.describe('When the code ends, or what the job showed is forgotten'),
  paired_at: answeredTimeOrNull,
}

export const PairingCode = z
  .object(members)
  .meta({ id: 'PairingCode', description: 'A one-time code with which a job shows who it is.' })

export const NewPairingCode = z
  .object({
    ...members,
    code: z.string().describe('Shown this once; a secret of the job'),
    pairing_endpoint: z.string(),
  })
  .meta({ id: 'NewPairingCode', description: 'A pairing code that was just made.' })

export const PairedCode = z
  .object({ ...members, suggestion: PolicySuggestion.nullable() })
  .meta({ id: 'PairedCode', description: 'A pairing code, and what is proposed once it is used.' })

const statusOf = ({ pairedAt, expiresAt }: codes.PairingCode, nowMs: number) => {
  if (pairedAt !== null) return 'paired'
  return expiresAt > nowMs ? 'waiting' : 'expired'
}

/** A code as it is answered. */
export const codeToWire = (code: codes.PairingCode, nowMs: number): Wire<typeof PairingCode> => ({
  id: code.id,
  namespace: code.namespacePath,
  service_account_id: code.serviceAccountId,
  status: statusOf(code, nowMs),
  created_by: code.createdBy,
  created_at: toTime(code.createdAt),
  expires_at: toTime(code.expiresAt),
  paired_at: toTimeOrNull(code.pairedAt),
})

/** A code just made, in clear. */
export const newCodeToWire = (
  { code, clear }: MadeCode,
  { nowMs, config }: Pick<Context, 'nowMs' | 'config'>,
): Wire<typeof NewPairingCode> => ({
  ...codeToWire(code, nowMs),
  code: clear,
  pairing_endpoint: `${config.issuerUrl}/oauth/pair`,
})

/** A code with what is proposed for the job that used it. */
export const pairedToWire = (
  { code, proposal }: codes.PairedCode,
  nowMs: number,
): Wire<typeof PairedCode> => ({
  ...codeToWire(code, nowMs),
  suggestion: proposal && suggestionToWire(proposal),
})
