import { describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { TOKEN_EXCHANGE } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectS400 } from '../support/expect.ts'
import { flood } from '../support/flood.ts'

const house = useHouse()

const MAX_LINE_BYTES = 2048

/** Runs requests, waits for a log line of each, and expects all of them to be short and whole. */
async function expectShortLines(
  requests: number,
  run: () => Promise<unknown>,
): Promise<readonly string[]> {
  const { logs } = house().gateway
  const from = logs.length
  await run()
  await vi.waitFor(() => expect(logs.length).toBeGreaterThanOrEqual(from + requests))
  const lines = logs.slice(from)
  for (const line of lines) {
    expect(Buffer.byteLength(line), line.slice(0, 200)).toBeLessThanOrEqual(MAX_LINE_BYTES)
    expect(line).toMatch(/^[\x20-\x7e\u00a0-\uffff]*$/)
    expect(line).not.toMatch(/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/)
    expect(JSON.parse(line)).toEqual(expect.objectContaining({ event: expect.any(String) }))
  }
  return lines
}

describe('AC-369 the log', () => {
  test('AC-369 1 000 refused tokens of 16 KB', async () => {
    const { gateway, BR, BT } = house()
    const x = 'x'.repeat(11_000)
    const kinds = [
      BT({ x, repository_id: '2002' }),
      BT({ x, sub: `${'s'.repeat(1000)}` }),
      `${BT({ x }).slice(0, -4)}AAAA`,
      BT({ x }, { kid: 'k'.repeat(256) }),
      '.'.repeat(16_000),
    ]
    expect(kinds.every((token) => token.length > 15_000)).toBe(true)
    const lines = await expectShortLines(1000, () =>
      flood(1000, async (i) => {
        await expectS400(await gateway.token(BR({ subject_token: kinds[i % kinds.length] })))
      }),
    )
    expect(lines.join('\n')).not.toContain(x.slice(0, 500))
  })

  test.each([
    ['control characters', '\u0001'],
    ['line feeds', '\n'],
    ['bidi overrides', '\u202e'],
    ['Arabic letter marks', '\u061c'],
    ['line separators', '\u2028'],
    ['C1 controls', '\u009b'],
    ['ANSI escapes', '\u001b[31m'],
    ['emoji', '\ud83d\ude00'],
    ['quotes', '"'],
    ['backslashes', '\\'],
  ])('AC-369 %s in everything that is logged', async (_, text) => {
    const { gateway, BR } = house()
    const long = text.repeat(1000)
    const authorization = basic(long.slice(0, 300), 'x')
    const forms: [Record<string, string | undefined>, RequestInit?][] = [
      [{ grant_type: long, client_id: long }],
      [{ grant_type: 'client_credentials', client_id: long, client_secret: 'x' }],
      [{ grant_type: 'client_credentials' }, { headers: { authorization } }],
      [BR({ client_id: long })],
      [BR({ resource: long })],
      [BR({ scope: long })],
      [{ grant_type: TOKEN_EXCHANGE, client_id: long, subject_token: long }],
    ]
    await expectShortLines(5, async () => {
      for (const [form, init] of forms) {
        const { status } = await gateway.token(form, init)
        expect([400, 401]).toContain(status)
      }
    })
  })
})
