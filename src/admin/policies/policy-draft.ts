import type { Context } from '../../context.ts'
import type { Issuer } from '../../core/account-config.ts'
import { runExamples } from '../../core/examples.ts'
import { lintPolicy } from '../../core/lint/policy.ts'
import { lineOf, rootPath } from '../../core/namespace.ts'
import type { Preset } from '../../core/preset.ts'
import { invalidReference, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import { findVisibleIssuer } from '../../store/issuers.ts'

/** The audiences that a policy of an account may ask for: us, or us plus a path on its line. */
export const audiencesAt = ({ config }: Context, path: string): readonly string[] =>
  lineOf(path).map((at) => (at === rootPath ? config.issuerUrl : `${config.issuerUrl}${at}`))

/** What the lint found, as the problem of its gravest error; null when it found nothing. */
export const refuseUnfit = (errors: ReturnType<typeof lintPolicy>['errors']): Problem | null => {
  const [first] = errors
  if (first === undefined) return null
  const pointers = errors.map(({ pointer, detail }) => ({ pointer, detail }))
  return problem(first.slug, first.detail, pointers)
}

const presetOf = ({ presets }: Context, id: string | null): Preset | null =>
  id === null ? null : (presets.get(id) ?? null)

/** What is known of the issuer that a policy names. */
type KnownIssuer = Pick<Issuer, 'preset' | 'enabled'>

/**
 * Judges a policy before it is saved (R10): its issuer must be registered here and enabled, the
 * lint of its preset must find nothing that trusts the world, its examples must come out as said.
 * Answers with the warnings to keep.
 */
export const judgeDraftOf = (
  context: Context,
  {
    namespacePath,
    issuer,
  }: { readonly namespacePath: string; readonly issuer: KnownIssuer | undefined },
  draft: PolicyDraft,
): Result<readonly string[], Problem> => {
  const preset = presetOf(context, issuer?.preset ?? null)
  const lint = lintPolicy(draft, preset, { audiences: audiencesAt(context, namespacePath) })
  if (draft.issuer !== '' && issuer === undefined) return err(invalidReference('/issuer'))
  const refused = refuseUnfit(lint.errors)
  if (refused) return err(refused)
  if (issuer?.enabled === false) {
    return err(problem('issuer-disabled', 'the issuer is disabled; enable it first'))
  }
  const failures = runExamples(draft, preset)
  if (failures.length > 0) {
    return err(problem('example-failed', 'an example did not come out as it says', failures))
  }
  return ok(lint.warnings)
}

/** The same after looking for the issuer. */
export const judgeDraft = async (
  context: Context,
  namespacePath: string,
  draft: PolicyDraft,
): Promise<Result<readonly string[], Problem>> => {
  const issuer = await findVisibleIssuer(context.db, namespacePath, draft.issuer)
  return judgeDraftOf(context, { namespacePath, issuer }, draft)
}
