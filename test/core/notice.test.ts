import { describe, expect, test } from 'vitest'
import { isEmailAddress } from '../../src/core/email-address.ts'
import { dayMs } from '../../src/core/lifetime.ts'
import { endsSoon, maxAttempts, stateAfter } from '../../src/core/notice.ts'

describe('what becomes of a notice', () => {
  test('one that arrived is delivered, whichever attempt it was', () => {
    expect(stateAfter(null, 1)).toBe('delivered')
    expect(stateAfter(null, 99)).toBe('delivered')
  })

  test('one that failed is tried six times, then parked', () => {
    expect(maxAttempts).toBe(6)
    const states = [1, 2, 3, 4, 5, 6, 7].map((attempts) => stateAfter('timeout', attempts))
    expect(states).toEqual([...Array(5).fill('pending'), 'parked', 'parked'])
  })

  test('one whose endpoint is gone is parked at once', () => {
    expect(stateAfter('gone', 1)).toBe('parked')
  })
})

test('a credential ends soon in its last 14 days', () => {
  expect(endsSoon(14 * dayMs, 0)).toBe(true)
  expect(endsSoon(14 * dayMs + 1, 0)).toBe(false)
  expect(endsSoon(1, 0)).toBe(true)
  expect(endsSoon(null, 0)).toBe(false)
})

test.each(['ops@acme.example', 'a.b+c@mail.acme.example', "o'hara@acme.example"])(
  '%s is an address',
  (text) => expect(isEmailAddress(text)).toBe(true),
)

test.each([
  '',
  'ops',
  'ops@acme',
  '@acme.example',
  'ops@@acme.example',
  ' ops@acme.example',
  'ops@acme.example\n',
  'ops@acme.example\r\nBcc: x@evil.example',
  'a@acme.example,b@acme.example',
  '"a b"@acme.example',
  'Ops <ops@acme.example>',
  'öps@acme.example',
  'ops@ācme.example',
  `${'a'.repeat(242)}@acme.example`,
])('%j is none', (text) => expect(isEmailAddress(text)).toBe(false))
