import type { JsonObject } from './json.ts'

/** How often one outside token may be exchanged. */
export const replayModes = ['single_use', 'single_use_per_audience', 'reusable'] as const
export type ReplayMode = (typeof replayModes)[number]

/** One operator with its operand; the closed list of the contract. */
export type Matcher =
  | string
  | number
  | boolean
  | { readonly any_of: readonly Matcher[] }
  | { readonly not: Matcher }
  | { readonly glob: string }
  | { readonly contains: string }
  | { readonly present: true }

/** Claim name (or JSON Pointer) → matcher; all must hold. */
export type BoundClaims = Readonly<Record<string, Matcher>>

/** Dangers that an author may take on by name. */
export const acknowledgements = ['mutable_identity', 'any_context'] as const
export type Acknowledgement = (typeof acknowledgements)[number]

/** Claim samples that a save must accept and refuse. */
export interface Examples {
  readonly accept: readonly JsonObject[]
  readonly reject: readonly JsonObject[]
}

/** What an author writes: the part of a policy that lint and examples judge. */
export interface PolicyDraft {
  readonly name: string
  readonly issuer: string
  readonly audience: string
  readonly boundClaims: BoundClaims
  readonly replay: ReplayMode | null
  readonly maxTokenTtlSeconds: number | null
  readonly scope: readonly string[] | null
  readonly examples: Examples
  readonly acknowledge: readonly Acknowledgement[]
  readonly enabled: boolean
  /** Epoch seconds. */
  readonly expiresAt: number | null
}

/** A stored trust policy: which tokens of one issuer may act as one service account. */
export interface TrustPolicy extends PolicyDraft {
  readonly id: string
  readonly version: number
  readonly serviceAccountId: string
  readonly warnings: readonly string[]
  /** Epoch milliseconds. */
  readonly createdAt: number
}

/** What evaluation needs of a policy. `boundClaims` is unknown: a row may come from a newer version. */
export interface PolicyForEvaluation {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly issuer: string
  readonly audience: string
  readonly boundClaims: unknown
}
