import { describe, expect, it } from 'vitest'
import { readIssuedToken } from '../../src/core/issued-token.ts'

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const header = { alg: 'ES256', kid: 'k1', typ: 'at+jwt' }
const claims = { sub: 'sa_1', aud: 'https://api.test', iat: 1_800_000_000, jti: 'j' }

const token = (changes: object = {}, headerChanges: object = {}): string =>
  `${encode({ ...header, ...headerChanges })}.${encode({ ...claims, ...changes })}.c2ln`

describe('a token that may be ours', () => {
  it('says what decides whether it is still good', () => {
    expect(readIssuedToken(token())).toEqual({
      kid: 'k1',
      jti: 'j',
      accountId: 'sa_1',
      audience: 'https://api.test',
      policyId: null,
      issuedAt: 1_800_000_000,
    })
  })

  it.each([
    ['tp_1@3', 'tp_1'],
    ['tp_1', 'tp_1'],
    ['@3', ''],
    [7, null],
  ])('names its policy without the version: %j', (policy, policyId) => {
    expect(readIssuedToken(token({ policy }))).toMatchObject({ policyId })
  })

  it.each(['sub', 'aud', 'jti', 'iat'])('without %s it is none', (name) => {
    expect(readIssuedToken(token({ [name]: undefined }))).toBeUndefined()
    expect(readIssuedToken(token({ [name]: null }))).toBeUndefined()
    expect(readIssuedToken(token({ [name]: ['x'] }))).toBeUndefined()
  })

  it('without a key id it is none', () => {
    expect(readIssuedToken(token({}, { kid: undefined }))).toBeUndefined()
    expect(readIssuedToken(token({}, { kid: 7 }))).toBeUndefined()
  })

  it.each(['', 'x', '..', 'a.b.c', `${token()}x.y`, ` ${token()}`])('"%s" is none', (text) => {
    expect(readIssuedToken(text)).toBeUndefined()
  })
})
