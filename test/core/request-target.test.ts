import { describe, expect, test } from 'vitest'
import { requestTarget } from '../../src/core/request-target.ts'

describe('requestTarget', () => {
  test.each([
    ['https://gw.test/oauth/token', 'https://gw.test/oauth/token'],
    ['HTTPS://GW.Test/OAuth/Token', 'https://gw.test/OAuth/Token'],
    ['https://gw.test', 'https://gw.test/'],
    ['https://gw.test?x', 'https://gw.test/'],
    ['https://gw.test#x', 'https://gw.test/'],
    ['https://gw.test/a?x=/b#c', 'https://gw.test/a'],
    ['https://gw.test/a#c?x', 'https://gw.test/a'],
    ['https://gw.test:443/a', 'https://gw.test/a'],
    ['https://gw.test:/a', 'https://gw.test/a'],
    ['http://gw.test:80/a', 'http://gw.test/a'],
    ['http://gw.test:443/a', 'http://gw.test:443/a'],
    ['https://gw.test:80/a', 'https://gw.test:80/a'],
    ['https://gw.test:8443/a', 'https://gw.test:8443/a'],
    ['https://[::1]:443/a', 'https://[::1]/a'],
    ['https://[::1]/a', 'https://[::1]/a'],
    ['https://gw.test/%7eu%2fv%c3%a4', 'https://gw.test/~u%2Fv%C3%A4'],
    ['https://gw.test/%2e%2E/a', 'https://gw.test/a'],
    ['https://gw.test/%', 'https://gw.test/%'],
    ['https://gw.test/a/./b/../c', 'https://gw.test/a/c'],
    ['https://gw.test/a/.', 'https://gw.test/a/'],
    ['https://gw.test/a/..', 'https://gw.test/'],
    ['https://gw.test/..', 'https://gw.test/'],
    ['https://gw.test/../../a', 'https://gw.test/a'],
    ['https://gw.test/a/', 'https://gw.test/a/'],
    ['https://gw.test//a', 'https://gw.test//a'],
    ['https://gw.test/a..b/...', 'https://gw.test/a..b/...'],
    ['https://gw.test/a|b', 'https://gw.test/a|b'],
  ])('%s is %s', (url, target) => {
    expect(requestTarget(url)).toBe(target)
    expect(requestTarget(target)).toBe(target)
  })

  test.each([
    '',
    '/a',
    'gw.test/a',
    '//gw.test/a',
    'https:/gw.test/a',
    'https:gw.test',
    'https:///gw.test',
    'ftp://gw.test/a',
    'https://user@gw.test/a',
    'https://u:p@gw.test/a',
    'https://gw.test\\a',
    'https://gw.test/a\\b',
    'https://gw.test/a b',
    'https://gw.test/a\n',
    '\thttps://gw.test/a',
    'https://gw.test/ä',
    'https://gẃ.test/a',
    'https://%67w.test/a',
    'javascript:https://gw.test/a',
  ])('%j is none', (url) => {
    expect(requestTarget(url)).toBeUndefined()
  })

  // Anything quadratic would not come to an end.
  test('reads long ones in one pass', () => {
    expect(requestTarget(`https://gw.test/${'../'.repeat(1e6)}`)).toBe('https://gw.test/')
    expect(requestTarget(`https://gw.test/${'%2e'.repeat(1e6)}`)).toMatch(/\.$/)
    expect(requestTarget(`https://${'['.repeat(1e6)}@`)).toBeUndefined()
    expect(requestTarget(`https://${':'.repeat(1e6)}@/`)).toBeUndefined()
  })
})
