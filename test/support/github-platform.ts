import type { CiHouse } from './ci-house.ts'
import { type StubAnswer, type StubServer, startStubServer } from './stub-server.ts'

const RUNNER_TOKEN = 'runnerHead9x.runnerBody9x.runnerSeal9x'

/** The endpoint at which a GitHub job asks for its ID token. */
export interface GithubPlatform extends StubServer {
  /** The two variables of a job that may ask. */
  readonly env: Readonly<Record<string, string>>
  /** Every ID token that was handed out. */
  readonly minted: string[]
  /** Claims of the next tokens, beside the baseline of a deploy job on `main`. */
  claims: Record<string, unknown>
  /** What the next requests are answered instead; when it is empty, honestly. */
  readonly faults: StubAnswer[]
}

/** Starts it; it asks for the bearer token and for an audience, as GitHub does. */
export const startGithubPlatform = async (house: CiHouse): Promise<GithubPlatform> => {
  const minted: string[] = []
  const faults: StubAnswer[] = []
  const server = await startStubServer(async ({ authorization, query, method, path }) => {
    const fault = faults.shift()
    if (fault !== undefined) return fault
    if (method !== 'GET' || path !== '/token') return { status: 404 }
    if (authorization !== `Bearer ${RUNNER_TOKEN}`) return { status: 401, body: 'unauthorized' }
    if (query.get('api-version') !== '2.0') return { status: 400 }
    const aud = query.get('audience') ?? 'https://github.com/acme'
    const { token } = await house.ci.mint('github', { aud, ...platform.claims })
    minted.push(token)
    return { status: 200, body: { count: 1, value: token } }
  })
  const platform: GithubPlatform = {
    ...server,
    minted,
    faults,
    claims: {},
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: RUNNER_TOKEN,
    },
  }
  return platform
}
