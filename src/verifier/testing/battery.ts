import type { TokenWish } from './claims.ts'
import type { TestTokens } from './tokens.ts'
import { badManners, badTokens, bearer, type Trial, tooFewRights } from './trials.ts'

/** The API under test, and what one of its requests needs. */
export interface Battery {
  /** Mints tokens for this API. */
  readonly issuer: TestTokens & { readonly audience: string }
  /** The API: its handler, or what sends to it. */
  readonly call: (request: Request) => Promise<Response> | Response
  /** A request that a good token opens; left out: GET of the audience, where that is a URL. */
  readonly request?: () => Request
  /** Which good token; left out: one with all scopes of the issuer. */
  readonly wish?: TokenWish
  /** Scopes that the request needs: without any one of them it has to be refused. */
  readonly needsScopes?: readonly string[]
  /** True where the request is about one namespace: a token of another has to be refused. */
  readonly needsNamespace?: boolean
}

/** A trial that the API did not stand. */
export interface Finding {
  readonly trial: string
  readonly expected: string
  readonly got: string
}

/**
 * Plays every kind of caller before an API: whom it lets in though it should not, or the other way
 * round, is a finding. None: it does as it should.
 */
export const battery = async (setting: Battery): Promise<readonly Finding[]> => {
  const { issuer, wish = {}, needsScopes = [], needsNamespace = false } = setting
  const { request = () => new Request(issuer.audience) } = setting
  const good = await issuer.token(wish)
  const trials = [
    bearer('a good token', good, 'success'),
    ...(await badTokens(issuer, wish)),
    ...badManners(good),
    ...(await tooFewRights(issuer, wish, { scopes: needsScopes, namespace: needsNamespace })),
    bearer('a good token after all that', good, 'success'),
  ]
  const findings: Finding[] = []
  for (const trial of trials) {
    const finding = await findingOf(trial, await setting.call(trial.from(request())))
    if (finding !== null) findings.push(finding)
  }
  return findings
}

const findingOf = async ({ name, verdict }: Trial, response: Response): Promise<Finding | null> => {
  const challenge = response.headers.get('www-authenticate') ?? ''
  const got = `${response.status} ${challenge} ${(await response.text()).slice(0, 200)}`
  if (verdict === 'success') {
    return response.ok ? null : { trial: name, expected: 'success', got }
  }
  const { status, error } = verdict
  const asked = error === undefined ? 'Bearer' : `error="${error}"`
  if (response.status === status && challenge.includes(asked)) return null
  return { trial: name, expected: `${status}, WWW-Authenticate with ${asked}`, got }
}
