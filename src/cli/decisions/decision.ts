/** One clause of a policy, as it was judged. */
export interface Clause {
  readonly claim: string
  readonly expected: unknown
  readonly actual: unknown
  readonly verdict: string
  readonly hint?: string
}

/** One policy that was tried. */
export interface Tried {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly satisfied: boolean
  readonly clauses: readonly Clause[]
}

/** What an exchange came to, as the API says it. */
export interface Decision {
  readonly id: string | null
  readonly at: string
  readonly outcome: string
  readonly reason: string | null
  readonly grant_type: string
  readonly service_account_id: string | null
  readonly client_id: string | null
  readonly namespace: string | null
  readonly issuer: unknown
  readonly subject: unknown
  readonly jti: unknown
  readonly audience: string | null
  readonly scope: readonly string[]
  readonly token_jti: string | null
  readonly token_expires_at: string | null
  readonly policy: { readonly id: string; readonly version: number } | null
  readonly policies: readonly Tried[]
  readonly omitted_before: number
}

/** Returns the clauses of a policy that did not hold. */
export const missed = ({ clauses }: Tried): readonly Clause[] =>
  clauses.filter(({ verdict }) => verdict !== 'match')
