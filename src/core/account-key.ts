/** The algorithms that a registered key can be pinned to (R2). */
export const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'Ed25519'] as const
export type AssertionAlgorithm = (typeof assertionAlgorithms)[number]

/** At most so many keys per account (R19). */
export const maxKeys = 5
