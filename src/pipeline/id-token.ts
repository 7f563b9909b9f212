import { err, ok, type Result } from '../core/result.ts'
import type { Failure } from './failure.ts'
import type { Surroundings } from './surroundings.ts'

/** Asks the platform that this job runs on for an ID token with that audience. */
export const findIdToken = async (
  audience: string,
  { env, fetch }: Pick<Surroundings, 'env' | 'fetch'>,
): Promise<Result<string, Failure>> => {
  if (env.GATEHOUSE_ID_TOKEN) return ok(env.GATEHOUSE_ID_TOKEN)
  const url = env.ACTIONS_ID_TOKEN_REQUEST_URL
  if (url === undefined) {
    return err({
      code: 'id_token_unavailable',
      message: 'this job has no identity token',
      next: 'set GATEHOUSE_ID_TOKEN, or run in GitHub Actions with `permissions: id-token: write`',
    })
  }
  const asked = new Request(`${url}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  })
  const { value } = (await (await fetch(asked)).json()) as { readonly value: string }
  return ok(value)
}
