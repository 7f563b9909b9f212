/** What deleting something would come to. */
export interface Removal {
  /** How much would be gone, by collection. */
  readonly wouldDelete: Readonly<Record<string, number>>
  /** What would stay and stop working, or work less: its ids. */
  readonly wouldBreak: readonly string[]
  /** What refers to it, so that it cannot be deleted now: their ids. */
  readonly blockedBy: readonly string[]
  /** How many living tokens came of it, and whether they end with it. */
  readonly livingTokens: number
  readonly tokensEnd: boolean
  /** When something was last issued by what would be gone, in epoch milliseconds; null: never known. */
  readonly lastUsedAt: number | null
}

/** Most ids that are told of each kind. */
export const maxToldIds = 100

const month = 30 * 86_400_000

/** What a person should know before deleting it. */
export const removalWarnings = (
  { wouldDelete, wouldBreak, blockedBy, livingTokens, tokensEnd, lastUsedAt }: Removal,
  nowMs: number,
): readonly string[] => [
  'permanent',
  ...((wouldDelete.role_bindings ?? 0) > 0 ? ['roles_lost'] : []),
  ...(lastUsedAt !== null && nowMs - lastUsedAt < month ? ['used_lately'] : []),
  ...(livingTokens > 0 ? [tokensEnd ? 'living_tokens_end' : 'living_tokens_stay'] : []),
  ...(wouldBreak.length > 0 ? ['others_break'] : []),
  ...(blockedBy.length > 0 ? ['in_use'] : []),
]
