import type { Context } from '../../context.ts'
import type { Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { IssuerEntry, StateDocument, StateDraft } from '../../core/state/document.ts'
import type { Entries } from '../../core/state/entry.ts'
import { at } from '../accounts/account-parts.ts'
import { completeIssuer, type IssuerDraft } from '../issuers/issuer-draft.ts'

const toDraft = (entry: IssuerEntry): IssuerDraft => ({
  name: entry.name,
  issuer: entry.issuer,
  preset: entry.preset,
  jwks: entry.jwks,
  jwksUri: entry.jwks_uri,
  algorithms: entry.algorithms,
  maxTokenAgeSeconds: entry.max_token_age_seconds,
  replay: entry.replay,
  enabled: entry.enabled,
})

/** Completes the issuers of a document from their presets, each as its own `POST` would. */
export const completeIssuers = (
  context: Context,
  { issuers, ...rest }: StateDraft,
): Result<StateDocument, Problem> => {
  if (issuers === undefined) return ok(rest)
  const complete: Entries['issuer'][] = []
  for (const [i, entry] of issuers.entries()) {
    const completed = completeIssuer(context, toDraft(entry))
    if (!completed.ok) return err(at(`/issuers/${i}`, completed.error))
    const { name, preset, algorithms, maxTokenAgeSeconds } = completed.value
    const found = { name, preset, algorithms, max_token_age_seconds: maxTokenAgeSeconds }
    complete.push({ ...entry, ...found })
  }
  return ok({ ...rest, issuers: complete })
}
