import { describe, expect, it } from 'vitest'
import {
  maxTokenBytes,
  readCompactJwt,
  type ShapeFault,
  unverifiedIssuer,
} from '../../src/core/compact-jwt.ts'

const encode = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url')
const header = encode('{"alg":"RS256","kid":"a1","typ":"JWT"}')
const claims = encode('{"iss":"https://issuer-a.test","sub":"x"}')
const signature = encode(new Uint8Array(256).fill(7))
const token = `${header}.${claims}.${signature}`
const withClaims = (text: string | Uint8Array): string => `${header}.${encode(text)}.${signature}`
const withHeader = (text: string): string => `${encode(text)}.${claims}.${signature}`

describe('a well-formed token', () => {
  it('is taken apart', () => {
    expect(readCompactJwt(token)).toEqual({
      ok: true,
      value: {
        header: { alg: 'RS256', kid: 'a1', typ: 'JWT' },
        unverifiedClaims: { iss: 'https://issuer-a.test', sub: 'x' },
        signedPart: `${header}.${claims}`,
        text: token,
      },
    })
  })

  it('may hold text beyond ASCII, and the characters - and _', () => {
    const text = '{"actor":"Zoë 😀","x":"???>>>~~~"}'
    expect(encode(text)).toMatch(/[-_]/)
    const result = readCompactJwt(withClaims(text))
    expect(result.ok && result.value.unverifiedClaims).toEqual(JSON.parse(text))
  })

  it.each([1, 2, 3, 4])('may have a signature of %i bytes', (length) => {
    expect(readCompactJwt(`${header}.${claims}.${encode(new Uint8Array(length))}`).ok).toBe(true)
  })

  it('may be 16384 bytes long and no longer', () => {
    const room = maxTokenBytes - header.length - claims.length - 2
    const fits = `${header}.${claims}.${'A'.repeat(room - (room % 4))}`
    expect(readCompactJwt(fits).ok).toBe(true)
    expect(readCompactJwt(`${header}.${claims}.${'A'.repeat(room + 1)}`)).toEqual({
      ok: false,
      error: 'too_long',
    })
  })
})

describe('a text that is no compact JWT', () => {
  const texts: [string, string, ShapeFault][] = [
    ['nothing', '', 'not_three_segments'],
    ['AC-022 one segment', header, 'not_three_segments'],
    ['AC-022 two segments', `${header}.${claims}`, 'not_three_segments'],
    ['AC-022 four segments', `${token}.AAAA`, 'not_three_segments'],
    ['AC-022 six segments', `${token}.${token}`, 'not_three_segments'],
    ['AC-022 an empty middle segment', `${header}..${signature}`, 'not_three_segments'],
    ['AC-022 two dots', '..', 'not_three_segments'],
    ['AC-001 an empty signature', `${header}.${claims}.`, 'not_three_segments'],
    ['an empty header', `.${claims}.${signature}`, 'not_three_segments'],
    ['AC-019 a five-part JWE', 'AAAA.AAAA.AAAA.AAAA.AAAA', 'not_three_segments'],
    ['AC-020 a JWE with an empty key', 'AAAA..AAAA.AAAA.AAAA', 'not_three_segments'],
    ['AC-021 a JSON serialisation', '{"payload":"AA","signatures":[]}', 'not_three_segments'],
    ['AC-021 a JSON serialisation with dots', '{"payload":"a.b.c"}', 'not_base64url'],
    ['AC-023 16 000 dots', '.'.repeat(16_000), 'not_three_segments'],
    ['AC-023 8 000 segments', 'a.'.repeat(8000), 'not_three_segments'],
    ['AC-024 padding', `${header}.${claims}.AA==`, 'not_base64url'],
    ['AC-024 a plus', `${header}.${claims}.AA+A`, 'not_base64url'],
    ['AC-024 a slash', `${header}.${claims}.AA/A`, 'not_base64url'],
    ['a trailing newline', `${token}\n`, 'not_base64url'],
    ['a leading space', ` ${token}`, 'not_base64url'],
    ['white space inside the signature', `${header}.${claims}.AA AA`, 'not_base64url'],
    ['a full-width letter', `${header}.${claims}.AAAＡ`, 'not_base64url'],
    ['a NUL', `${header}.${claims}.AA\0A`, 'not_base64url'],
    ['a segment of one character', `${header}.${claims}.A`, 'not_canonical'],
    ['a length no bytes have', `${header}.${claims}.AAAAA`, 'not_canonical'],
    ['four unused bits', `${header}.${claims}.AB`, 'not_canonical'],
    ['two unused bits', `${header}.${claims}.AAB`, 'not_canonical'],
  ]
  it.each(texts)('%s', (_, text, error) => {
    expect(readCompactJwt(text)).toEqual({ ok: false, error })
  })

  it('unused bits in header and claims', () => {
    // `e30` is `{}`; `e31` decodes to the same two bytes.
    expect(readCompactJwt('e30.e30.AAAA').ok).toBe(true)
    expect(readCompactJwt('e31.e30.AAAA')).toEqual({ ok: false, error: 'not_canonical' })
    expect(readCompactJwt('e30.e32.AAAA')).toEqual({ ok: false, error: 'not_canonical' })
  })
})

describe('JSON inside', () => {
  const texts: [string, string, ShapeFault][] = [
    ['AC-039 alg twice', withHeader('{"alg":"none","alg":"RS256"}'), 'header_duplicate_member'],
    ['AC-040 header is an array', withHeader('[]'), 'header_not_an_object'],
    ['AC-040 header is a string', withHeader('"x"'), 'header_not_an_object'],
    ['AC-040 header is null', withHeader('null'), 'header_not_an_object'],
    ['AC-040 header is not JSON', withHeader('alg'), 'header_syntax'],
    ['AC-016 raw payload', withClaims('raw'), 'claims_syntax'],
    ['AC-043 sub twice', withClaims('{"sub":"a","sub":"b"}'), 'claims_duplicate_member'],
    ['AC-046 a byte-order mark', withClaims('\ufeff{}'), 'claims_encoding'],
    ['AC-047 invalid UTF-8', withClaims(Uint8Array.of(0x7b, 0xff, 0x7d)), 'claims_encoding'],
    ['AC-053 deep', withClaims(`{"a":${'['.repeat(9000)}`), 'claims_too_deep'],
    ['AC-057 payload is an array', withClaims('[]'), 'claims_not_an_object'],
    ['AC-018 payload is a token', withClaims(token), 'claims_syntax'],
  ]
  it.each(texts)('%s', (_, text, error) => {
    expect(readCompactJwt(text)).toEqual({ ok: false, error })
  })
})

describe('the unverified issuer', () => {
  const issuerOf = (text: string): string | undefined => {
    const jwt = readCompactJwt(withClaims(text))
    if (!jwt.ok) throw new Error(jwt.error)
    return unverifiedIssuer(jwt.value)
  }

  it('is a string as it stands', () => {
    expect(issuerOf('{"iss":"https://issuer-a.test/"}')).toBe('https://issuer-a.test/')
  })

  it.each(['{"iss":["https://issuer-a.test"]}', '{"iss":7}', '{"iss":{}}', '{"iss":null}', '{}'])(
    'AC-056 %s has none',
    (text) => {
      expect(issuerOf(text)).toBeUndefined()
    },
  )
})
