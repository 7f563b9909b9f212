import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from 'jose'
import { createVerifier, presentedBy, Refused } from '../../src/verifier/index.ts'
import { objectIn } from './target.ts'
import { expectNotKept, expectStatus, type Ground, hold, Otherwise, type Trial } from './trial.ts'

/** How a token is obtained, if any was given: both come from the environment. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string | undefined
  readonly idToken: string | undefined
  /** The API that the token is for; left out: the account's only one. */
  readonly audience: string | undefined
}

const feedAudience = 'urn:gatehouse:admin'

/** The feed of revoked tokens is signed by a key that the deployment publishes. */
export const feedTrial: Trial = {
  id: 'AC-341',
  name: 'the feed of revoked tokens is signed, and fresh',
  run: async ({ target, keys }) => {
    const answer = await target.get(`/oauth/revocations?audience=${feedAudience}`)
    expectStatus(answer, 200, 'the feed')
    try {
      await jwtVerify(answer.text, createLocalJWKSet({ keys } as unknown as JSONWebKeySet), {
        issuer: target.origin,
        audience: feedAudience,
        typ: 'revocations+jwt',
        clockTolerance: 30,
      })
    } catch (thrown) {
      const why = thrown instanceof errors.JOSEError ? thrown.code : 'the keys cannot be read'
      throw new Otherwise(`it does not verify: ${why}`)
    }
  },
}

const formOf = ({ clientId, clientSecret, idToken, audience }: Credentials) => ({
  client_id: clientId,
  ...(audience !== undefined && { resource: audience }),
  ...(idToken === undefined
    ? { grant_type: 'client_credentials', client_secret: clientSecret ?? '' }
    : {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: idToken,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      }),
})

const obtain = async ({ target }: Ground, credentials: Credentials): Promise<string> => {
  const answer = await target.post('/oauth/token', formOf(credentials))
  const body = objectIn(answer) ?? {}
  const { access_token: token, error, reason, decision_id: decision } = body
  const why = [error, reason, decision].filter((part) => part !== undefined).join(', ')
  hold(answer.status === 200, `expected 200, got ${answer.status}: ${why}`)
  expectNotKept(answer, 'the token')
  hold(body.token_type === 'Bearer', 'its type is not Bearer')
  return String(token)
}

const verifierFor = ({ target: { origin } }: Ground, audience: string) =>
  createVerifier({
    issuer: origin,
    audience,
    platformCache: false,
    allowLoopback: origin.startsWith('http:'),
  })

const refusedBy = async (
  verifier: ReturnType<typeof verifierFor>,
  token: string,
): Promise<boolean> => {
  try {
    const headers = { authorization: `Bearer ${token}` }
    await verifier.authenticate(presentedBy(new Request('https://smoke.invalid', { headers })))
    return false
  } catch (thrown) {
    if (thrown instanceof Refused) return true
    throw thrown
  }
}

/** One exchange, and what an API makes of its token. */
export const exchangeTrial = (credentials: Credentials): Trial => ({
  id: 'AC-262',
  name: 'a token is issued, and verified by the SDK for its API alone',
  run: async (ground) => {
    const token = await obtain(ground, credentials)
    const audience = String(decodeJwt(token).aud)
    hold(!(await refusedBy(verifierFor(ground, audience), token)), 'its own API refuses it')
    const other = verifierFor(ground, 'https://smoke.invalid')
    hold(await refusedBy(other, token), 'another API accepts it')
    const spoilt = `${token.slice(0, -6)}AAAAAA`
    hold(await refusedBy(verifierFor(ground, audience), spoilt), 'it is accepted when altered')
  },
})
