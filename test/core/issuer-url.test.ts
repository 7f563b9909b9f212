import { expect, test } from 'vitest'
import { checkIssuerUrl, type IssuerUrlFault } from '../../src/core/issuer-url.ts'
import { presets } from '../../src/issuers/registry.ts'

const faultOf = (
  raw: string,
  options: { inlineKeys?: boolean; loopback?: boolean; ownOrigin?: string } = {},
): IssuerUrlFault | 'none' => {
  const checked = checkIssuerUrl(raw, { inlineKeys: false, loopback: false, ...options })
  return checked.ok ? 'none' : checked.error
}

test.each([
  'https://issuer-a.test',
  'https://issuer-a.test/',
  'https://issuer-a.test/path',
  'https://issuer-a.test/path/',
  'https://oidc.circleci.com/org/00000000-0000-4000-8000-000000000001',
  'https://westeurope.oic.prod-aks.azure.com/a/b/',
  'https://xn--bcher-kva.example',
  ...presets.flatMap(({ issuer }) => issuer ?? []),
])('%s passes', (raw) => {
  const checked = checkIssuerUrl(raw, { inlineKeys: false, loopback: false })
  expect(checked.ok && checked.value.protocol).toBe('https:')
  expect(faultOf(raw, { inlineKeys: true })).toBe('none')
})

test.each([
  'http://issuer-a.test',
  'ftp://issuer-a.test',
  'data:application/json,{}',
  'HTTPS://issuer-a.test',
  'https:issuer-a.test',
  'https:\\\\issuer-a.test',
  '//issuer-a.test',
  '',
  ' https://issuer-a.test',
])('AC-138 %s', (raw) => {
  expect(faultOf(raw)).toBe('not-https')
  expect(faultOf(raw, { inlineKeys: true })).toBe('not-https')
})

test.each([
  'https://127.0.0.1',
  'https://10.0.0.1',
  'https://169.254.169.254',
  'https://[::1]',
  'https://[fd00::1]',
])('AC-139 %s', (raw) => expect(faultOf(raw)).toBe('ip-literal'))

test.each([
  ['https://2130706433', 'ip-literal'],
  ['https://0x7f000001', 'ip-literal'],
  ['https://127.1', 'ip-literal'],
  ['https://0x7f.1', 'ip-literal'],
  ['https://0177.0.0.1', 'ip-literal'],
  ['https://a.test.0x7f', 'ip-literal'],
  ['https://[::ffff:127.0.0.1]', 'ip-literal'],
  ['https://127.0.0.1.', 'host'],
])('AC-140 %s', (raw, fault) => expect(faultOf(raw)).toBe(fault))

test.each([
  ['https://localhost', 'special-use-name'],
  ['https://x.localhost', 'special-use-name'],
  ['https://db.internal', 'special-use-name'],
  ['https://printer.local', 'special-use-name'],
  ['https://nas.home.arpa', 'special-use-name'],
  ['https://x.onion', 'special-use-name'],
  ['https://x.invalid', 'special-use-name'],
  ['https://localhost.localdomain', 'special-use-name'],
  ['https://x.alt', 'special-use-name'],
  ['https://router.lan', 'special-use-name'],
  ['https://dc.corp', 'special-use-name'],
  ['https://a.b.home', 'special-use-name'],
  ['https://wiki.intranet', 'special-use-name'],
  ['https://vault.private', 'special-use-name'],
  ['https://intranet', 'special-use-name'],
  ['https://server', 'host'],
])('AC-141 %s', (raw, fault) => expect(faultOf(raw)).toBe(fault))

test.each([
  'https://notlocalhost.test',
  'https://internal.test',
  'https://xhome.arpa',
  'https://lan.example',
  'https://corp.acme.example',
  'https://my.homes',
  'https://x.workers.dev',
])('AC-141 does not refuse %s', (raw) => expect(faultOf(raw)).toBe('none'))

test.each([
  ['https://user@issuer-a.test', 'user-info'],
  ['https://user:pass@issuer-a.test', 'user-info'],
  ['https://@issuer-a.test', 'user-info'],
  ['https://issuer-a.test/?a=b', 'query-or-fragment'],
  ['https://issuer-a.test/#a', 'query-or-fragment'],
  ['https://issuer-a.test/a/../b', 'path'],
  ['https://issuer-a.test/..', 'path'],
  ['https://issuer-a.test/%2e%2e/b', 'path'],
  ['https://issuer-a.test/a%2fb', 'path'],
  ['https://issuer-a.test/a//b', 'path'],
  ['https://issuer-a.test//', 'path'],
  ['https://issuer-a.test/a\\b', 'path'],
  ['https://issuer-a.test/a b', 'path'],
  ['https://issuer-a.test/a\n', 'path'],
  ['https://issuer-a.test/\u00fc', 'path'],
  ['https://issuer-a.test\\evil', 'host'],
  ['https://issuer-a.test:8443', 'port'],
  ['https://', 'host'],
  ['https:///path', 'host'],
  ['https://.test', 'host'],
  ['https://a..test', 'host'],
  ['https://-a.test', 'host'],
  ['https://a_b.test', 'host'],
  [`https://${'a'.repeat(64)}.test`, 'host'],
  [`https://issuer-a.test/${'a'.repeat(300)}`, 'too-long'],
])('AC-142 %s', (raw, fault) => expect(faultOf(raw)).toBe(fault))

test('AC-142 255 characters and no more', () => {
  const start = 'https://issuer-a.test/'
  expect(faultOf(start + 'a'.repeat(255 - start.length))).toBe('none')
  expect(faultOf(start + 'a'.repeat(256 - start.length))).toBe('too-long')
})

test('AC-143 the gateway is not its own issuer', () => {
  const ownOrigin = 'https://gw.test'
  for (const inlineKeys of [false, true]) {
    expect(faultOf('https://gw.test', { inlineKeys, ownOrigin })).toBe('own-origin')
    expect(faultOf('https://gw.test/acme', { inlineKeys, ownOrigin })).toBe('own-origin')
    expect(faultOf('https://gw.test.example', { inlineKeys, ownOrigin })).toBe('none')
  }
})

test.each([
  ['AC-086', 'https://ISSUER-A.test'],
  ['AC-086', 'https://issuer-a.test:443'],
  ['AC-086', 'https://issuer-a.test/.'],
  ['AC-086', 'https://issuer-a.test?'],
  ['AC-086', 'https://issuer-a.test#'],
  ['AC-087', 'https://issuer-a.test@issuer-evil.test'],
  ['AC-087', 'https://issuer-evil.test/https://issuer-a.test'],
  ['AC-088', 'https://issuer-a\uff0etest'],
  ['AC-088', 'https://issuer-\u0430.test'],
  ['AC-088', 'https://issuer\u200d-a.test'],
])('%s %s is no issuer, with keys of its own either', (_, raw) => {
  expect(faultOf(raw)).not.toBe('none')
  expect(faultOf(raw, { inlineKeys: true })).not.toBe('none')
})

test('AC-087 a longer host is another issuer, under its own name', () => {
  const checked = checkIssuerUrl('https://issuer-a.test.issuer-evil.test', {
    inlineKeys: false,
    loopback: false,
  })
  expect(checked.ok && checked.value.hostname).toBe('issuer-a.test.issuer-evil.test')
})
