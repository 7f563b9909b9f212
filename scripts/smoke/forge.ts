import { createHmac, generateKeyPairSync, sign } from 'node:crypto'

type Members = Readonly<Record<string, unknown>>

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** What a job of nobody would claim. */
export const claimsFor = (audience: string, issuer: string): Members => {
  const at = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: audience,
    sub: 'repo:gatehouse-smoke/nobody:ref:refs/heads/main',
    repository_id: '0',
    repository_owner_id: '0',
    ref: 'refs/heads/main',
    jti: crypto.randomUUID(),
    iat: at,
    exp: at + 300,
  }
}

const assemble = (header: Members, claims: Members, signing: (text: string) => Buffer): string => {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${signing(text).toString('base64url')}`
}

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** A token that is signed, by a key of nobody. */
export const selfSigned = (claims: Members, header: Members = {}): string =>
  assemble({ alg: 'RS256', typ: 'JWT', kid: 'smoke', ...header }, claims, (text) =>
    sign('sha256', Buffer.from(text), pair.privateKey),
  )

/** The public half of that key. */
export const ownJwk = pair.publicKey.export({ format: 'jwk' })

/** A token without a signature, whatever its header calls that. */
export const unsigned = (claims: Members, alg: string): string =>
  `${encode({ alg, typ: 'JWT' })}.${encode(claims)}.`

/** A token whose key is a text that everybody can read. */
export const keyedWith = (claims: Members, key: string, header: Members = {}): string =>
  assemble({ alg: 'HS256', typ: 'JWT', ...header }, claims, (text) =>
    createHmac('sha256', key).update(text).digest(),
  )

/** Five parts, as an encrypted token has them; inflated it would be large. */
export const encrypted = (): string =>
  `${encode({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' })}..${encode('iv')}.${encode('x'.repeat(200))}.${encode('tag')}`
