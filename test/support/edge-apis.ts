import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { JsonObject } from '../../src/core/json.ts'
import { signJwt } from '../../src/crypto/sign.ts'
import { openSigner, type Signer } from '../../src/crypto/signing-keys.ts'
import type { AdaptedApi, Adapter, AdapterOptions } from './adapters.ts'
import type { Gateway } from './gateway.ts'
import { settings } from './settings.ts'

/** How the verifier of an API reaches a gateway that calls itself `https://gw.test`. */
export const reach =
  (gateway: Pick<Gateway, 'fetch'>) =>
  async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    const { method, headers } = request
    const body = method === 'GET' ? null : await request.text()
    return gateway.fetch(pathname + search, { method, headers, body })
  }

/** Starts an API behind an adapter that trusts the gateway, and nobody else. */
export const startApi = (
  gateway: Pick<Gateway, 'fetch'>,
  adapter: Adapter,
  audience: string,
  more: Partial<AdapterOptions> = {},
): Promise<AdaptedApi> =>
  adapter.start({ issuer: settings.issuerUrl, audience, fetch: reach(gateway), ...more })

/** Calls an API with this `Authorization`; null: with none. */
export const callApi = (
  api: AdaptedApi,
  audience: string,
  authorization: string | null,
  path = '/whoami',
): Promise<Response> => {
  const headers = authorization === null ? {} : { authorization }
  return api.call(new Request(audience + path, { headers }))
}

/** The gateway's own signing key, as whoever stole it would have it. */
export const stolenSigner = async (gateway: Gateway): Promise<Signer> => {
  const { rows } = await gateway.db.execute(
    "SELECT kid, algorithm, wrapped_key FROM signing_keys WHERE state = 'active'",
  )
  const [row] = rows
  const encoded = settings.keyEncryptionKey.split(':')[1] ?? ''
  const bytes = new Uint8Array(Buffer.from(encoded, 'base64url'))
  return openSigner(
    {
      kid: String(row?.kid),
      algorithm: String(row?.algorithm),
      wrappedKey: String(row?.wrapped_key),
    },
    [{ version: 1, bytes }],
  )
}

/** Signs a token anew with the gateway's own key: claims changed, and the type when it is named. */
export const resigned = (
  signer: Signer,
  token: string,
  changes: Readonly<Record<string, unknown>>,
  typ = decodeProtectedHeader(token).typ ?? '',
): Promise<string> =>
  signJwt(
    signer,
    typ,
    JSON.parse(JSON.stringify({ ...decodeJwt(token), ...changes })) as JsonObject,
  )
