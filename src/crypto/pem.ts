import { exportJWK, importSPKI, importX509 } from 'jose'
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { notAfterOf } from './certificate.ts'

/** Why a PEM text is not taken. */
export type PemFault = 'private_key' | 'malformed_pem' | 'malformed_key'

/** The public key of a PEM text. */
export interface PemKey {
  readonly jwk: JsonObject
  /** When the certificate that it stood in ends, in epoch milliseconds; null without one. */
  readonly notAfter: number | null
}

// Disjoint character classes: linear.
const block = /^-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/

// What a key is made of is said in its own encoding; the platform reads that, given the right name.
const kinds = ['RS256', 'ES256', 'ES384', 'Ed25519']

const importAny = async (
  pem: string,
  read: typeof importSPKI | typeof importX509,
): Promise<JsonObject | undefined> => {
  for (const kind of kinds) {
    try {
      return (await exportJWK(await read(pem, kind, { extractable: true }))) as JsonObject
    } catch {
      // Not of this kind.
    }
  }
  return undefined
}

const decode = (base64: string): Uint8Array | undefined => {
  try {
    return Uint8Array.from(atob(base64.replace(/\s/g, '')), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** Reads the one public key of a PEM text: SPKI (RFC 7468 §13) or an X.509 certificate (§5). */
export const readPem = async (text: string): Promise<Result<PemKey, PemFault>> => {
  if (/PRIVATE KEY/i.test(text)) return err('private_key')
  const pem = text.trim()
  const found = block.exec(pem)
  const der = found && decode(found[2] ?? '')
  if (!found || !der) return err('malformed_pem')
  const isCertificate = found[1] === 'CERTIFICATE'
  const jwk = await importAny(pem, isCertificate ? importX509 : importSPKI)
  if (jwk === undefined) return err('malformed_key')
  if (!isCertificate) return ok({ jwk, notAfter: null })
  const notAfter = notAfterOf(der)
  return notAfter === undefined ? err('malformed_key') : ok({ jwk, notAfter })
}
