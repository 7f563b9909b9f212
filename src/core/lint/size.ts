/**
 * Most values that one policy can write down. Every exchange judges all of them, for every policy of
 * the account: a stranger's token must not cost seconds.
 */
export const maxLeaves = 128

/** Scalars written anywhere inside. */
const countLeaves = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, each) => sum + countLeaves(each), 0)
    : 1

/** Whether bound claims write down more values than may be judged. */
export const isTooLarge = (boundClaims: Readonly<Record<string, unknown>>): boolean =>
  countLeaves(boundClaims) > maxLeaves
