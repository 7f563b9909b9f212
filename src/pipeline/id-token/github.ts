import { err, type Result } from '../../core/result.ts'
import { type Answer, ask, retryAfterSeconds } from '../ask.ts'
import type { Failure } from '../failure.ts'
import { withRetries } from '../retry.ts'
import type { Surroundings } from '../surroundings.ts'
import { whyNoGithubToken } from './github-causes.ts'
import { asToken } from './given.ts'
import { type IdTokenSource, noIdToken } from './source.ts'

const unavailable = (what: string, retryAfter: number | null): Result<never, Failure> =>
  err({
    code: 'unavailable',
    message: `GitHub gave no identity token: its token endpoint ${what}`,
    next: 'run the job again; the gateway was not asked: https://www.githubstatus.com',
    ...(retryAfter !== null && { retryAfterSeconds: retryAfter }),
  })

const readValue = (answer: Answer): Result<string, Failure> => {
  try {
    const { value } = JSON.parse(answer.text) as { readonly value?: unknown }
    if (typeof value === 'string') return asToken(value, "GitHub's answer")
  } catch {
    // Told below.
  }
  return unavailable('answered with something that is not a token', null)
}

const askOnce = async (
  url: string,
  withinMs: number,
  { env, fetch, now }: Pick<Surroundings, 'env' | 'fetch' | 'now'>,
): Promise<Result<string, Failure>> => {
  const authorization = `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`
  const init = { headers: { authorization, accept: 'application/json' } }
  const answer = await ask({ url, init, withinMs }, { fetch })
  if (!answer.ok) {
    const { kind } = answer.error
    return unavailable(kind === 'timeout' ? 'did not answer in time' : 'is out of reach', null)
  }
  const { status, headers } = answer.value
  if (status === 200) return readValue(answer.value)
  const what = `answered with status ${status}`
  if (status === 429 || status >= 500) return unavailable(what, retryAfterSeconds(headers, now()))
  return noIdToken(
    `GitHub gave no identity token: its token endpoint ${what}`,
    'the job has probably ended or lost its permission; run it again',
  )
}

/**
 * Asks GitHub's token endpoint of this job, anew for each call. It is known to fail for moments, so
 * it has retries of its own, and its failures name it and not the gateway.
 */
export const fromGithub = (
  audience: string,
  surroundings: Pick<Surroundings, 'env' | 'fetch' | 'now' | 'sleep' | 'readFile'>,
): IdTokenSource => ({
  name: 'GitHub Actions',
  renewable: true,
  isMinted: true,
  get: async (withinMs) => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: base, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
      surroundings.env
    if (!base || !token || !URL.canParse(base)) return whyNoGithubToken(surroundings)
    const url = new URL(base)
    url.searchParams.set('audience', audience)
    return withRetries(
      (attemptMs) => askOnce(url.href, Math.min(attemptMs, 5000), surroundings),
      { timeoutSeconds: withinMs / 1000, attempts: 3 },
      surroundings,
    )
  },
})
