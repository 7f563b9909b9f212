import {
  createPrivateKey,
  createPublicKey,
  type JsonWebKeyInput,
  type KeyObject,
  randomUUID,
} from 'node:crypto'
import { ok } from '../../core/result.ts'
import type { Credential } from '../../pipeline/credential.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { refuseOpenFile } from './stored.ts'

const lifeSeconds = 60

const byType: Readonly<Record<string, string>> = { rsa: 'RS256', ed25519: 'Ed25519' }
const byCurve: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384' }

const algorithmOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined =>
  asymmetricKeyType === 'ec'
    ? byCurve[asymmetricKeyDetails?.namedCurve ?? '']
    : byType[asymmetricKeyType ?? '']

interface PrivateKey {
  readonly key: KeyObject
  readonly kid: string | undefined
  readonly alg: string | undefined
}

const parse = (text: string): PrivateKey => {
  if (!text.trimStart().startsWith('{')) {
    return { key: createPrivateKey(text), kid: undefined, alg: undefined }
  }
  const jwk = JSON.parse(text) as JsonWebKeyInput['key'] & { kid?: string; alg?: string }
  return { key: createPrivateKey({ key: jwk, format: 'jwk' }), kid: jwk.kid, alg: jwk.alg }
}

const unusable = (path: string, message: string): CliFailure =>
  new CliFailure('usage', {
    code: 'key_file',
    message: `${path} ${message}`,
    next: 'expected a private key as PEM (PKCS#8) or JWK: RSA, P-256, P-384 or Ed25519',
  })

const readKey = async (cli: Cli, path: string): Promise<PrivateKey> => {
  if (!(await refuseOpenFile(path))) throw unusable(path, 'does not exist')
  try {
    return parse(await cli.readFile(path))
  } catch {
    // What a parser says may quote the key.
    throw unusable(path, 'is not a private key')
  }
}

/**
 * Shows an assertion signed by the account's key (RFC 7523 §2.2): for this gateway alone, for a
 * minute, once. The key never leaves this process.
 */
export const byKeyFile = async (
  cli: Cli,
  { url, clientId, path }: { readonly url: string; readonly clientId: string; path: string },
): Promise<Credential> => {
  const { key, kid: own, alg: said } = await readKey(cli, path)
  const alg = said ?? algorithmOf(key)
  if (alg === undefined) throw unusable(path, 'is a key of a kind that is not accepted')
  const { calculateJwkThumbprint, exportJWK, SignJWT } = await import('jose')
  // The gateway knows a key that came without an id by its thumbprint.
  const kid = own ?? (await calculateJwkThumbprint(await exportJWK(createPublicKey(key))))
  return {
    renewable: true,
    parameters: async () => {
      const issuedAt = Math.floor(cli.now() / 1000)
      const assertion = await new SignJWT()
        .setProtectedHeader({ alg, kid, typ: 'JWT' })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(url)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifeSeconds)
        .sign(key)
      return ok({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      })
    },
  }
}
