import { describe, expect, test } from 'vitest'
import {
  checkIssuerUrl,
  checkKeySetUrl,
  discoveryUrl,
  type IssuerUrlFault,
} from '../../src/core/issuer-url.ts'

const faultOf = (
  raw: string,
  options: { inlineKeys?: boolean; loopback?: boolean; ownOrigin?: string } = {},
): IssuerUrlFault | 'none' => {
  const checked = checkIssuerUrl(raw, { inlineKeys: false, loopback: false, ...options })
  return checked.ok ? 'none' : checked.error
}

describe('inline keys', () => {
  test.each([
    'https://kubernetes',
    'https://kubernetes.default.svc.cluster.local',
    'https://10.0.0.1',
    'https://[::1]/x',
    'https://cluster.internal:6443',
  ])('%s is never fetched and may be private', (raw) => {
    expect(faultOf(raw)).not.toBe('none')
    expect(faultOf(raw, { inlineKeys: true })).toBe('none')
  })
  test.each(['https://127.1', 'https://0x7f000001', 'https://h:443', 'https://H.test', 'https://'])(
    '%s is not canonical',
    (raw) => expect(faultOf(raw, { inlineKeys: true })).toMatch(/^(not-canonical|malformed)$/),
  )
  test.each(['https://u@h.test', 'https://h.test?q', 'https://h.test#f', 'https://h.test/../a'])(
    '%s is refused',
    (raw) => expect(faultOf(raw, { inlineKeys: true })).not.toBe('none'),
  )
})

describe('loopback', () => {
  test.each(['http://127.0.0.1:8788', 'http://localhost:8788/gitlab', 'http://127.0.0.1:8788/'])(
    '%s passes in the development entry alone',
    (raw) => {
      expect(faultOf(raw, { loopback: true })).toBe('none')
      expect(faultOf(raw)).toBe('not-https')
    },
  )
  test.each([
    'http://127.0.0.1',
    'http://127.0.0.2:8788',
    'http://127.1:8788',
    'http://localhost.evil.test:8788',
    'http://localhost:8788@evil.test',
    'http://localhost:8788evil.test',
    'http://127.0.0.1:80',
    'http://127.0.0.1:08788',
    'http://127.0.0.1:8788/a//b',
    'http://127.0.0.1:8788/?q',
    'http://issuer-a.test',
    'https://127.0.0.1:8788',
    'https://localhost',
  ])('%s does not', (raw) => expect(faultOf(raw, { loopback: true })).not.toBe('none'))
})

describe('key sets', () => {
  const keySetFault = (raw: string, allowedOrigins: string[] = [], loopback = false) => {
    const issuer = loopback ? 'http://127.0.0.1:8788/gitlab' : 'https://issuer-a.test/path'
    const checked = checkKeySetUrl(raw, { issuer, allowedOrigins, loopback })
    return checked.ok ? 'none' : checked.error
  }
  test('AC-145 the origin is the one of the issuer, or one that is allowed', () => {
    expect(keySetFault('https://issuer-a.test/keys')).toBe('none')
    expect(keySetFault('https://keys.test/keys')).toBe('foreign-origin')
    expect(keySetFault('https://keys.test/keys', ['https://keys.test'])).toBe('none')
    expect(keySetFault('https://issuer-a.test.evil.test/keys')).toBe('foreign-origin')
  })
  test.each([
    ['http://issuer-a.test/keys', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['https://10.0.0.1/keys', 'ip-literal'],
    ['https://issuer-a.test:8443/keys', 'port'],
    ['https://issuer-a.test/keys?x', 'query-or-fragment'],
  ])('AC-145 %s', (raw, fault) => expect(keySetFault(raw, [new URL(raw).origin])).toBe(fault))
  test('loopback counts with its port', () => {
    expect(keySetFault('http://127.0.0.1:8788/keys', [], true)).toBe('none')
    expect(keySetFault('http://127.0.0.1:8789/keys', [], true)).toBe('foreign-origin')
    expect(keySetFault('http://127.0.0.1:8788/keys')).toBe('not-https')
  })
})

test('discovery lies below the issuer, with one slash between', () => {
  const tail = '.well-known/openid-configuration'
  expect(discoveryUrl('https://h.test')).toBe(`https://h.test/${tail}`)
  expect(discoveryUrl('https://h.test/')).toBe(`https://h.test/${tail}`)
  expect(discoveryUrl('https://h.test/a')).toBe(`https://h.test/a/${tail}`)
  expect(discoveryUrl('https://h.test/a/')).toBe(`https://h.test/a/${tail}`)
})
