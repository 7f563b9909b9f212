import { describe, expect, it } from 'vitest'
import { logLine } from '../src/log.ts'

const printable = /^[\x20-\x7e\u00a0-\u{10ffff}]+$/u

it('is the event as JSON', () => {
  expect(
    logLine({ event: 'token_refused', reason: 'signature', count: 2, ok: false, at: null }),
  ).toBe('{"event":"token_refused","reason":"signature","count":2,"ok":false,"at":null}')
})

it('leaves out what is undefined', () => {
  expect(logLine({ event: 'x', account: undefined })).toBe('{"event":"x"}')
})

describe('AC-395 one physical line, and nothing that a terminal obeys', () => {
  const hostile: readonly [string, string][] = [
    ['CR LF', 'a\r\nb'],
    ['LF', 'a\nb'],
    ['CR', 'a\rb'],
    ['a tab', 'a\tb'],
    ['NUL', 'a\0b'],
    ['an ANSI escape', 'a\u001b[31mb'],
    ['an eight-bit ANSI escape', 'a\u009b31mb'],
    ['a bell', 'a\u0007b'],
    ['a backspace', 'a\bb'],
    ['DEL', 'a\u007fb'],
    ['NEL', 'a\u0085b'],
    ['a vertical tab', 'a\vb'],
    ['a form feed', 'a\fb'],
    ['U+2028', 'a\u2028b'],
    ['U+2029', 'a\u2029b'],
    ['a left-to-right mark', 'a\u200eb'],
    ['a right-to-left mark', 'a\u200fb'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a left-to-right embedding', 'a\u202ab'],
    ['a right-to-left embedding', 'a\u202bb'],
    ['a pop', 'a\u202cb'],
    ['a left-to-right override', 'a\u202db'],
    ['a right-to-left override', 'a\u202eb'],
    ['a left-to-right isolate', 'a\u2066b'],
    ['a right-to-left isolate', 'a\u2067b'],
    ['a first-strong isolate', 'a\u2068b'],
    ['a pop isolate', 'a\u2069b'],
    ['half a surrogate pair', 'a\ud83db'],
    ['a quote and a line of its own', '"}\n{"event":"issued"'],
  ]

  it.each(hostile)('%s in a value', (_, text) => {
    const line = logLine({ event: 'x', sub: text })
    expect(line).toMatch(printable)
    expect(line).not.toMatch(/\p{Bidi_Control}|\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u)
    expect(JSON.parse(line)).toEqual({ event: 'x', sub: text })
  })

  it.each(hostile)('%s in a name', (_, text) => {
    const line = logLine({ event: 'x', [text]: 1 })
    expect(line).not.toMatch(/\p{Bidi_Control}|\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u)
    expect(JSON.parse(line)).toEqual({ event: 'x', [text]: 1 })
  })

  it('leaves other text as it is', () => {
    const text = 'refs/heads/jürgen-日本-😀'
    expect(logLine({ event: 'x', ref: text })).toBe(`{"event":"x","ref":"${text}"}`)
  })
})

describe('AC-396 no secret, wherever it came from', () => {
  const secret = `gths_${'a1B2'.repeat(12)}`

  it.each([
    ['in a text', `no such id: ${secret}`, '[redacted]'],
    ['at the end of what is kept', `${'x'.repeat(240)} ${secret}`, '[redacted]'],
    ['of a header', 'got Bearer 0123456789abcdef', 'got Bearer [redacted]'],
    [
      'among the values of a statement',
      'Error: Failed query: insert into secrets values (?)\nparams: sec_1,c2VjcmV0\nx\n    at run (a.ts:1)',
      'Error: Failed query: insert into secrets values (?)\n    at run (a.ts:1)',
    ],
    ['among them, without a stack', 'Failed query: x\nparams: c2VjcmV0', 'Failed query: x'],
  ])('%s', (_, text, kept) => {
    expect(JSON.parse(logLine({ event: 'bug', detail: text }))).toEqual({
      event: 'bug',
      detail: kept,
    })
  })
})

describe('long values', () => {
  const keptOf = (text: string) => JSON.parse(logLine({ event: 'x', detail: text })).detail

  it('are kept up to 256 characters', () => {
    expect(keptOf('x'.repeat(256))).toBe('x'.repeat(256))
  })

  it('are clipped after 256 characters, visibly', () => {
    expect(keptOf('x'.repeat(257))).toBe(`${'x'.repeat(256)}…`)
    expect(keptOf('x'.repeat(100_000))).toBe(`${'x'.repeat(256)}…`)
  })

  it('are clipped each on its own', () => {
    const line = logLine({ event: 'x', a: 'a'.repeat(300), b: 'b' })
    expect(JSON.parse(line)).toEqual({ event: 'x', a: `${'a'.repeat(256)}…`, b: 'b' })
  })

  it('are one line where the clip cuts a character in two', () => {
    const line = logLine({ event: 'x', detail: `${'x'.repeat(255)}😀` })
    expect(line).not.toMatch(/\p{Cs}/u)
    expect(() => JSON.parse(line)).not.toThrow()
  })

  it('that are numbers stay numbers', () => {
    expect(logLine({ event: 'x', n: Number.MAX_SAFE_INTEGER })).toContain('9007199254740991')
  })
})
