import { redactText } from '../../core/redact.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Failure } from '../failure.ts'
import type { Surroundings } from '../surroundings.ts'
import { fromGithub } from './github.ts'
import { fromFile, fromStdin, fromVariable } from './given.ts'
import { fromBuildkite, fromCircleci } from './program.ts'
import { type IdTokenSource, noIdToken } from './source.ts'

/** What can be named as provider. */
export const providers =
  'auto, github, gitlab, buildkite, circleci, env:NAME, file:PATH, stdin' as const

/** The variable that a GitLab job declares, and that any other job may set. */
export const idTokenVariable = 'GATEHOUSE_ID_TOKEN'

const lookedFor = `looked for, in this order:
  ${idTokenVariable} (any platform, and by convention GitLab's id_tokens)
  GITHUB_ACTIONS, ACTIONS_ID_TOKEN_REQUEST_URL (GitHub Actions)
  GITLAB_CI (GitLab)
  BUILDKITE (the Buildkite agent)
  CIRCLECI (the circleci program)
elsewhere, name it: --provider env:NAME, file:PATH or stdin`

const detect = (audience: string, surroundings: Surroundings): Result<IdTokenSource, Failure> => {
  const { env } = surroundings
  if (env[idTokenVariable] !== undefined) {
    return ok(fromVariable(idTokenVariable, audience, surroundings))
  }
  if (env.GITHUB_ACTIONS || env.ACTIONS_ID_TOKEN_REQUEST_URL) {
    return ok(fromGithub(audience, surroundings))
  }
  if (env.GITLAB_CI) return ok(fromVariable(idTokenVariable, audience, surroundings))
  if (env.BUILDKITE) return ok(fromBuildkite(audience, surroundings))
  if (env.CIRCLECI) return ok(fromCircleci(audience, surroundings))
  return noIdToken('found no platform that gives this process an identity token', lookedFor)
}

/**
 * Finds where identity tokens for that audience come from: by name (see `providers`), or by what the
 * environment shows. Asks nobody yet.
 */
export const findIdToken = (
  { audience, provider = 'auto' }: { readonly audience: string; readonly provider?: string },
  surroundings: Surroundings,
): Result<IdTokenSource, Failure> => {
  const [kind, ...rest] = provider.split(':')
  const argument = rest.join(':')
  if (argument !== '' && kind === 'env') return ok(fromVariable(argument, audience, surroundings))
  if (argument !== '' && kind === 'file') return ok(fromFile(argument, surroundings))
  switch (provider) {
    case 'auto':
      return detect(audience, surroundings)
    case 'github':
      return ok(fromGithub(audience, surroundings))
    case 'gitlab':
      return ok(fromVariable(idTokenVariable, audience, surroundings))
    case 'buildkite':
      return ok(fromBuildkite(audience, surroundings))
    case 'circleci':
      return ok(fromCircleci(audience, surroundings))
    case 'stdin':
      return ok(fromStdin(surroundings))
  }
  return {
    ok: false,
    error: {
      code: 'bad_input',
      message: `there is no provider "${redactText(provider).slice(0, 60)}"`,
      next: `name one of: ${providers}`,
    },
  }
}
