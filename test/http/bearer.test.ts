import { expect, it } from 'vitest'
import { bearerToken } from '../../src/http/bearer.ts'

it.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER a.b.c'])('%j has a token', (header) => {
  expect(bearerToken(header)).toBe('a.b.c')
})

it.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  'a.b.c',
  ' Bearer a.b.c',
  'Bearer  a.b.c',
  'Bearer a.b.c ',
  'Bearer a.b.c d.e.f',
  'Bearer a.b.c, Bearer d.e.f',
  'Bearer\ta.b.c',
  'Basic a.b.c',
  'Token a.b.c',
  'DPoP a.b.c',
  'Bearers a.b.c',
])('%j has none', (header) => {
  expect(bearerToken(header)).toBeUndefined()
})
