import type { Preset } from '../preset.ts'
import type { PolicyDraft } from '../trust-policy.ts'
import { type LintError, readBoundClaims } from './claims.ts'
import { lintContext, lintIdentity } from './identity.ts'
import { lintValues } from './values.ts'
import { warningsOf } from './warnings.ts'
import { lintSubject, lintWildcards } from './wildcards.ts'

export type { LintError } from './claims.ts'

/** What a policy is measured against besides its issuer's preset. */
export interface LintContext {
  /** `ISSUER_URL`, and that plus the path of the account's namespace and of each one above it. */
  readonly audiences: readonly string[]
}

/** What is wrong with a policy, and what is only risky. Saved if there are no errors. */
export interface LintResult {
  readonly errors: readonly LintError[]
  /** `code: sentence` each. */
  readonly warnings: readonly string[]
}

/**
 * Judges a policy before it is saved (R9–R15), by what the preset knows of the issuer. The first
 * error is the gravest: values that cannot hold, then patterns that admit look-alikes, then a
 * missing context, then a missing identity.
 */
export const lintPolicy = (
  draft: PolicyDraft,
  preset: Preset | null,
  context: LintContext,
): LintResult => {
  const header = lintHeader(draft, context)
  const values = lintValues(draft.boundClaims)
  // What a broken value was meant to bind is unknown, so there is nothing to say about it yet.
  if (values.length > 0) return { errors: [...header, ...values], warnings: [] }
  const claims = readBoundClaims(draft.boundClaims, preset)
  const errors = [
    ...header,
    ...lintWildcards(claims),
    ...lintSubject(claims, preset),
    ...claims.flatMap(({ claim, fact, pointer }) =>
      fact?.refused === true ? [refused(claim, pointer, fact.caution)] : [],
    ),
    ...lintContext(claims, preset, draft.acknowledge.includes('any_context')),
    ...lintIdentity(claims, preset, draft.acknowledge.includes('mutable_identity')),
  ]
  return { errors, warnings: warningsOf(draft, claims, preset) }
}

const refused = (claim: string, pointer: string, why = 'it proves nothing'): LintError => ({
  slug: 'validation-failed',
  pointer,
  detail: `${claim} cannot be bound: ${why}.`,
})

const lintHeader = ({ issuer, audience }: PolicyDraft, { audiences }: LintContext): LintError[] => {
  const errors: LintError[] = []
  if (issuer === '') errors.push(missing('issuer'))
  if (audience === '') errors.push(missing('audience'))
  else if (!audiences.includes(audience)) {
    const detail = `The audience must be one of ${audiences.join(', ')}.`
    errors.push({ slug: 'validation-failed', pointer: '/audience', detail })
  }
  return errors
}

const missing = (field: string): LintError => ({
  slug: 'policy-too-broad',
  pointer: `/${field}`,
  detail: `A policy without ${field} would accept tokens that were meant for somebody else.`,
})
