import { expect, it } from 'vitest'
import { isPlainPath } from '../../src/http/raw-path.ts'

const origin = 'https://gw.test'

it.each([
  '/',
  '/oauth/token',
  '/.well-known/jwks.json',
  '/admin/v1/service-accounts/sa_1/secrets:reset',
  '/?a=b',
  '/oauth/token?a=%20b//c;d\\e/',
  '/admin/v1/roles?cursor=a/',
])('%s is spelled plainly', (path) => {
  expect(isPlainPath(origin + path)).toBe(true)
})

it.each([
  ['percent-encoding', '/oauth/%74oken'],
  ['an encoded slash', '/oauth%2Ftoken'],
  ['an encoded NUL', '/oauth/token%00'],
  ['a lone percent sign', '/oauth/token%'],
  ['a matrix parameter', '/oauth/token;v=1'],
  ['a semicolon', '/oauth;/token'],
  ['two slashes', '/oauth//token'],
  ['two slashes at the start', '//oauth/token'],
  ['only slashes', '//'],
  ['a backslash', '/oauth\\token'],
  ['a slash at the end', '/oauth/token/'],
  ['a slash at the end before a query', '/oauth/token/?a=b'],
  ['percent-encoding before a query', '/oauth/%74oken?a=b'],
])('%s is not', (_, path) => {
  expect(isPlainPath(origin + path)).toBe(false)
})

it.each(['http://127.0.0.1:8787', 'https://gw.test:8443', 'https://[::1]'])(
  'the origin %s does not matter',
  (other) => {
    expect(isPlainPath(`${other}/oauth/token`)).toBe(true)
    expect(isPlainPath(`${other}/oauth//token`)).toBe(false)
  },
)
