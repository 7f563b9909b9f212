import { describe, expect, test } from 'vitest'
import { openNodeDoor } from '../../src/verifier/node.ts'

const issuer = 'https://gw.test'
const audience = 'https://api.test/v1'
const { read } = openNodeDoor({ issuer, audience })

describe('what a request on Node presents', () => {
  test.each([
    ['/v1/x?a=1', 'https://api.test/v1/x?a=1'],
    ['//evil.test/x', 'https://api.test//evil.test/x'],
    ['http://evil.test/x?a=1', 'https://api.test/x?a=1'],
    ['https://evil.test', 'https://api.test/'],
    ['@evil.test/', 'https://api.test/'],
    ['*', 'https://api.test/'],
  ])('target %s is a URL of ours', (target, url) => {
    const presented = read({ method: 'POST', target, rawHeaders: [] })
    expect(presented).toEqual({ method: 'POST', url, authorization: [], dpop: [] })
    expect(new URL(presented.url).origin).toBe('https://api.test')
  })

  test('every header of the two that matter, in any spelling, and no value that looks like one', () => {
    const rawHeaders = [
      ...['Host', 'evil.test'],
      ...['X-Name', 'authorization'],
      ...['AUTHORIZATION', 'Bearer a'],
      ...['dpop', 'p'],
      ...['Authorization', 'Bearer b'],
      ...['DPoP', 'q'],
    ]
    const { authorization, dpop } = read({ target: '/', rawHeaders })
    expect({ authorization, dpop }).toEqual({
      authorization: ['Bearer a', 'Bearer b'],
      dpop: ['p', 'q'],
    })
  })
})

describe('the origin of an API on Node', () => {
  test('has to be said where the identifier is no URL', () => {
    expect(() => openNodeDoor({ issuer, audience: 'urn:api' })).toThrow('origin is missing')
    const told = openNodeDoor({ issuer, audience: 'urn:api', origin: 'https://public.test' })
    expect(told.read({ target: '/x', rawHeaders: [] }).url).toBe('https://public.test/x')
  })

  test.each(['https://public.test/', 'public.test', 'https://public.test/v1', 'ftp://public.test'])(
    'is not %s',
    (origin) => {
      expect(() => openNodeDoor({ issuer, audience, origin })).toThrow(TypeError)
    },
  )
})
