import { type Challenging, challengesOf } from './challenge.ts'
import type { ProtectedResource } from './protected-resource.ts'
import type { Refused } from './refused.ts'

/** An HTTP answer that any framework can give. `body` is JSON. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

const codeOf = ({ error, status }: Refused): string =>
  error ?? (status === 503 ? 'temporarily_unavailable' : 'token_required')

/** Makes the answer to a request that was not let in (RFC 6750 §3). Nothing of it is reflected. */
export const refusalAnswer = (refused: Refused, api: Challenging): Answer => {
  const { status, retryAfterSeconds, message } = refused
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(status !== 503 && { 'www-authenticate': challengesOf(refused, api) }),
      ...(retryAfterSeconds !== null && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: { error: codeOf(refused), error_description: message },
  }
}

/** Makes the answer to a GET of the API's metadata (RFC 9728 §3.2); any page may read it. */
export const metadataAnswer = ({ document }: ProtectedResource): Answer => ({
  status: 200,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
  },
  body: document,
})
