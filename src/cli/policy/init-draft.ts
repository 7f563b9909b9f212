import { lineOf } from '../../core/namespace.ts'
import { inOneLine } from '../../core/one-line.ts'
import type { Ref } from '../../core/state/entry.ts'
import { suggestPolicy } from '../../core/suggestion/suggestion.ts'
import { findPreset, presets } from '../../issuers/registry.ts'
import type { FilePolicyDraft } from '../../policy-file/format.ts'
import { decodeToken } from '../../policy-file/judge.ts'
import type { WrittenPolicy } from '../../policy-file/write.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { askFor } from '../frame/confirm.ts'
import { readInput } from './files.ts'
import { githubIds } from './github-ids.ts'

/** What `policy init` was given. */
export interface InitOptions {
  readonly preset?: string
  readonly issuer?: string
  readonly name?: string
  readonly repositoryId?: string
  readonly ownerId?: string
  readonly ref?: string
  readonly environment?: string
  readonly bind: readonly string[]
  readonly fromTokenFile?: string
  readonly fromGithub?: string
  readonly githubApi?: string
}

/** The place that the new policy is for. */
export interface InitPlace {
  readonly account: Ref
  /** The gateway's own URL. */
  readonly gateway: string
}

const usage = (message: string, next: string): CliFailure =>
  new CliFailure('usage', { code: 'usage', message, next })

/** The narrowest policy for a token that was only decoded. */
export const draftFromToken = async (
  cli: Cli,
  { fromTokenFile = '-', preset: said }: InitOptions,
  { account, gateway }: InitPlace,
): Promise<WrittenPolicy> => {
  const decoded = decodeToken((await readInput(cli, fromTokenFile)).trim())
  if (typeof decoded === 'string' || decoded.issuer === undefined) {
    throw usage(
      'this is no identity token that can be read',
      'give the file of a JWT with an `iss`',
    )
  }
  const { issuer, claims } = decoded
  const preset = said ? findPreset(said) : presets.find((each) => each.issuer === issuer)
  const audiences = lineOf(account.namespace).map((path) =>
    path === '/' ? gateway : `${gateway}${path}`,
  )
  const replay = preset?.replay ?? 'single_use'
  const suggestion = suggestPolicy({ claims, issuer, preset: preset ?? null, replay, audiences })
  cli.say('the token is decoded, not verified: take it from a job that you trust')
  for (const warning of suggestion.warnings) cli.warn(`warning: ${inOneLine(warning)}`)
  if (suggestion.policy === null) {
    throw new CliFailure('findings', {
      code: 'no_policy',
      message: 'no policy could be saved that accepts such a token; the warnings say why',
      next: 'run the job where you deploy from, and take its token',
    })
  }
  const { boundClaims, maxTokenTtlSeconds, expiresAt: _at, ...policy } = suggestion.policy
  return {
    ...policy,
    ...(preset?.issuer === issuer ? {} : { preset: preset?.id ?? null }),
    bound_claims: boundClaims,
    max_token_ttl_seconds: maxTokenTtlSeconds,
  } as WrittenPolicy
}

const boundBy = (bind: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    bind.map((text) => {
      const [claim = '', ...value] = text.split('=')
      if (claim !== '' && value.length > 0) return [claim, value.join('=')]
      throw usage(`--bind ${text}: expected CLAIM=VALUE`, '--bind project_id=22')
    }),
  )

const githubClaims = async (cli: Cli, options: InitOptions): Promise<Record<string, string>> => {
  const api = options.githubApi ?? cli.env.GITHUB_API_URL ?? 'https://api.github.com'
  const found =
    options.fromGithub && (await githubIds(cli, options.fromGithub, api.replace(/\/$/, '')))
  const otherwise = 'give --repository-id and --owner-id, or --from-github OWNER/REPO'
  const ask = (message: string) => askFor(cli, { message, secret: false, otherwise })
  const given = found || { repositoryId: options.repositoryId, ownerId: options.ownerId }
  return {
    repository_id: given.repositoryId ?? (await ask('The id of the repository')),
    repository_owner_id: given.ownerId ?? (await ask('The id of its owner')),
  }
}

/** A policy from what was said and asked. */
export const draftFromOptions = async (
  cli: Cli,
  options: InitOptions,
  { gateway }: InitPlace,
): Promise<WrittenPolicy> => {
  const preset = findPreset(options.preset ?? 'github-actions')
  const issuer = options.issuer ?? (preset?.issuer && preset.id)
  if (preset === undefined) {
    throw usage(
      `--preset ${options.preset}: there are ${presets.map(({ id }) => id).join(', ')}`,
      'name one of them',
    )
  }
  if (!issuer) throw usage(`${preset.id} has no fixed URL`, 'add --issuer https://…')
  const bound = boundBy(options.bind)
  const ids = preset.family === 'github' ? await githubClaims(cli, options) : {}
  const context = {
    ...(options.ref !== undefined && { ref: options.ref }),
    ...(options.environment !== undefined && { environment: options.environment }),
  }
  const none = Object.keys({ ...context, ...bound }).length === 0 && preset.family === 'github'
  const bound_claims = { ...ids, ...(none ? { ref: 'refs/heads/main' } : context), ...bound }
  const [first = ''] = Object.keys(bound_claims)
  const examples: FilePolicyDraft['examples'] = { accept: [{}], reject: [{ [first]: 'another' }] }
  const name = options.name ?? `${preset.id} at ${Object.values(context)[0] ?? 'main'}`
  const registered = options.issuer === undefined ? {} : { preset: preset.id }
  return { name, issuer, ...registered, audience: gateway, bound_claims, examples }
}
