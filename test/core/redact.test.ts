import { describe, expect, it } from 'vitest'
import { redact, redactText } from '../../src/core/redact.ts'

const secret = `gths_${'a1B2'.repeat(12)}`

describe('redact', () => {
  it.each([
    ['a client secret', `x ${secret}`, '[redacted]'],
    ['Basic', 'Authorization: Basic Y2xpOnNlY3JldA== ok', 'Authorization: Basic [redacted] ok'],
    [
      'bearer',
      'curl -H "authorization: bearer 0123456789"',
      'curl -H "authorization: bearer [redacted]',
    ],
    ['a URL', 'see https://me:pass@x.test/a', 'see https://[redacted]@x.test/a'],
    ['a token of GitHub', `ghp_${'a1'.repeat(18)}`, '[redacted]'],
    ['plain words', 'a bearer of tokens', 'a bearer of tokens'],
  ])('takes out of a text: %s', (_, text, clean) => {
    expect(redactText(text)).toBe(clean)
  })

  it('what lies across the place where a text is cut, in no time however long it is', () => {
    expect(redactText(`${'x'.repeat(1015)} ${secret}`)).toBe('[redacted]')
    expect(redactText(`${'eyJ'.repeat(300_000)}.x.y`)).toHaveLength(1025)
  })

  it('names of members, each by itself', () => {
    expect(redact({ [secret]: 'a', [`${secret}0`]: 'b', name: 'c' })).toEqual({
      '[redacted] 1': 'a',
      '[redacted] 2': 'b',
      name: 'c',
    })
  })

  it('claims by their look alone: who writes a policy does not choose what is hidden', () => {
    const claims = {
      id_token: 'evil',
      d: 'evil',
      nested: { password: 7 },
      environment: 'Basic production',
      ref: secret,
    }
    const clean = { ...claims, ref: '[redacted]' }
    expect(
      redact({ bound_claims: claims, policies: [{ examples: { accept: [claims] } }] }),
    ).toEqual({ bound_claims: clean, policies: [{ examples: { accept: [clean] } }] })
    expect(redact({ d: 'x', client_secret: ['y'], enabled_secret: true })).toEqual({
      d: '[redacted]',
      client_secret: '[redacted]',
      enabled_secret: true,
    })
  })
})
