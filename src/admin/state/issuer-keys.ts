import type { Context } from '../../context.ts'
import type { Issuer } from '../../core/account-config.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Step } from '../../core/state/diff.ts'
import type { Item } from '../../core/state/world.ts'
import { checkKeys } from '../issuers/issuer-keys.ts'
import { located } from './authority.ts'

/** Issuers whose keys were fetched for a plan, each to be remembered once it is saved. */
export type FetchedIssuers = readonly {
  readonly issuer: Issuer
  readonly keys: Extract<Awaited<ReturnType<typeof checkKeys>>, { ok: true }>['value']
}[]

// Each may take three seconds.
const maxFetched = 10

const tooMany = problem(
  'quota-exceeded',
  `a document brings at most ${maxFetched} issuers whose keys are to be fetched; register the others first`,
)

/** An issuer of a document, as the code knows it. */
export const toIssuer = ({ id, entry }: Item<'issuer'>): Issuer => ({
  id,
  version: 1,
  issuer: entry.issuer,
  preset: entry.preset,
  jwksUri: entry.jwks_uri,
  jwks: entry.jwks,
  algorithms: entry.algorithms,
  maxTokenAgeSeconds: entry.max_token_age_seconds,
  replay: entry.replay,
  enabled: entry.enabled,
})

const hasNewKeys = ({ action, changes }: Step): boolean =>
  action === 'create' || Object.hasOwn(changes, 'jwks') || Object.hasOwn(changes, 'jwks_uri')

/** Checks the keys of the issuers that a document makes or gives other keys, as their own calls would. */
export const checkIssuers = async (
  context: Context,
  steps: readonly Step[],
): Promise<Result<FetchedIssuers, Problem>> => {
  const moved = steps.flatMap((step) =>
    step.kind === 'issuer' && step.after !== null && hasNewKeys(step)
      ? [{ step, issuer: toIssuer(step.after) }]
      : [],
  )
  if (moved.filter(({ issuer }) => issuer.jwks === null).length > maxFetched) return err(tooMany)
  const checked = await Promise.all(
    moved.map(async ({ step, issuer }) => ({
      step,
      issuer,
      keys: await checkKeys(context, issuer),
    })),
  )
  const fetched: { issuer: Issuer; keys: FetchedIssuers[number]['keys'] }[] = []
  for (const { step, issuer, keys } of checked) {
    if (!keys.ok) return err(located(step, keys.error))
    if (step.action === 'create') fetched.push({ issuer, keys: keys.value })
  }
  return ok(fetched)
}
