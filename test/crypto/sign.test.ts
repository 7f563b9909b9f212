import { compactVerify, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { signAccessToken, signJwt } from '../../src/crypto/sign.ts'
import {
  generateSigningKey,
  type NewSigningKey,
  openSigner,
} from '../../src/crypto/signing-keys.ts'
import { versionedKey } from './versioned-key.ts'

const kek = versionedKey(1, 0x11)
const claims: JsonObject = {
  iss: 'https://gw.test',
  sub: 'sa_1',
  aud: 'https://api.acme.test',
  iat: 1_800_000_000,
  exp: 1_800_000_600,
  scope: 'deploy:write',
  provenance: { ref: 'refs/heads/jürgen' },
}

describe.each(['ES256', 'RS256', 'Ed25519'] as const)('a token signed with %s', (algorithm) => {
  let made: NewSigningKey
  let token: string
  beforeAll(async () => {
    made = await generateSigningKey(algorithm, [kek])
    token = await signAccessToken(await openSigner(made, [kek]), claims)
  })

  it('has alg, kid and typ in its header, and nothing else', () => {
    expect(decodeProtectedHeader(token)).toEqual({
      alg: algorithm,
      kid: made.kid,
      typ: 'at+jwt',
    })
  })

  it('has the type that its kind asks for', async () => {
    const other = await signJwt(await openSigner(made, [kek]), 'revocations+jwt', claims)
    expect(decodeProtectedHeader(other)).toEqual({
      alg: algorithm,
      kid: made.kid,
      typ: 'revocations+jwt',
    })
  })

  it('is verified by its published key, as RFC 9068 asks', async () => {
    const { payload } = await jwtVerify(token, await importJWK(made.publicJwk), {
      algorithms: [algorithm],
      issuer: 'https://gw.test',
      audience: 'https://api.acme.test',
      typ: 'at+jwt',
      currentDate: new Date(1_800_000_000_000),
    })
    expect(payload).toEqual(claims)
  })

  it('is refused by any other key', async () => {
    const other = await generateSigningKey(algorithm, [kek])
    const key = await importJWK(other.publicJwk)
    await expect(compactVerify(token, key)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
  })
})
