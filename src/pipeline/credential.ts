import { readCompactJwt } from '../core/compact-jwt.ts'
import type { JsonObject } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { Failure } from './failure.ts'
import type { IdTokenSource } from './id-token/source.ts'

/** What shows the gateway who asks. */
export interface Credential {
  /** Whether each attempt can show a new one; otherwise what has been spent stays spent. */
  readonly renewable: boolean
  /** The parameters of one attempt; `withinMs` bounds getting them. */
  readonly parameters: (
    withinMs: number,
  ) => Promise<Result<Readonly<Record<string, string>>, Failure>>
}

/** Shows a job's identity token: a fresh one per attempt where the platform can (RFC 8693). */
export const byIdToken = (source: IdTokenSource): Credential => ({
  renewable: source.renewable,
  parameters: async (withinMs) => {
    const token = await source.get(withinMs)
    if (!token.ok) return token
    return ok({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: token.value,
    })
  },
})

/** Shows a client secret. */
export const bySecret = (secret: string): Credential => ({
  renewable: true,
  parameters: async () => ok({ grant_type: 'client_credentials', client_secret: secret }),
})

/** What a token says, unproven; null when it is none. Good for words, never for decisions. */
export const unverifiedClaims = (token: string | undefined): JsonObject | null => {
  const jwt = readCompactJwt(token ?? '')
  return jwt.ok ? jwt.value.unverifiedClaims : null
}
