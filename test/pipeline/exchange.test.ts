import { describe, expect, it } from 'vitest'
import { byIdToken } from '../../src/pipeline/credential.ts'
import { exchange } from '../../src/pipeline/exchange.ts'
import type { IdTokenSource } from '../../src/pipeline/id-token/source.ts'
import { revoke } from '../../src/pipeline/revoke.ts'
import { scopesDiffer } from '../../src/pipeline/scopes.ts'
import { answering, stage } from '../support/surroundings.ts'

const url = 'https://gateway.test'
const request = { url, clientId: 'cli_x' }
const json = (body: unknown, status = 200, headers = {}) => Response.json(body, { status, headers })

const granted = json({
  access_token: 'abcdefgh',
  token_type: 'Bearer',
  expires_in: 60,
  scope: 'a b',
})
const down = json({ error: 'temporarily_unavailable', decision_id: 'dec_1' }, 503)
const denied = json(
  { error: 'invalid_request', error_description: 'subject token refused', decision_id: 'dec_2' },
  400,
)
const unreachable = Object.assign(new TypeError('fetch failed'), {
  cause: { code: 'ECONNREFUSED' },
})

const platform = (renewable = true) => {
  let given = 0
  const source: IdTokenSource = {
    name: 'test',
    renewable,
    isMinted: true,
    get: async () => {
      given += renewable ? 1 : 0
      return { ok: true, value: `e30.e3${given}.AAAA` }
    },
  }
  return byIdToken(source)
}

const attempt = async (answers: readonly (Response | Error)[], patience?: object) => {
  const server = answering(...answers)
  const around = stage({ fetch: server.fetch })
  const all = { timeoutSeconds: 60, attempts: 4, ...patience }
  const result = await exchange(request, platform(), around, all)
  const tokens = await Promise.all(
    server.requests.map(async (sent) =>
      new URLSearchParams(await sent.text()).get('subject_token'),
    ),
  )
  return { result, pauses: around.pauses, tokens }
}

describe('an exchange', () => {
  it('shows a fresh identity token at each attempt, and waits longer each time', async () => {
    const { result, pauses, tokens } = await attempt([down, unreachable, down, granted])
    expect(result).toMatchObject({ ok: true, value: { token: 'abcdefgh', scopes: ['a', 'b'] } })
    expect(new Set(tokens).size).toBe(4)
    const bounds = [500, 1000, 2000]
    expect(pauses).toHaveLength(3)
    for (const [at, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual((bounds[at] ?? 0) / 2)
      expect(pause).toBeLessThanOrEqual(bounds[at] ?? 0)
    }
  })

  it('is tried four times at most, and the last failure is told', async () => {
    const { result, tokens } = await attempt([unreachable])
    expect(tokens).toHaveLength(4)
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'unavailable', message: `The gateway ${url} is out of reach (ECONNREFUSED)` },
    })
  })

  it('is never tried again after a decision', async () => {
    for (const answer of [denied, json({ error: 'invalid_client', decision_id: 'd' }, 401)]) {
      expect((await attempt([answer, granted])).tokens).toHaveLength(1)
    }
  })

  it('honors Retry-After, and gives up at once when that is beyond its time', async () => {
    const busy = (seconds: string) => json({ error: 'x' }, 429, { 'retry-after': seconds })
    const soon = await attempt([busy('7'), granted])
    expect(soon.result.ok).toBe(true)
    expect(soon.pauses[0]).toBeGreaterThanOrEqual(7000)
    const late = await attempt([busy('90'), granted])
    expect([late.tokens.length, late.pauses]).toEqual([1, []])
    expect(late.result).toMatchObject({
      error: { code: 'rate_limited', retryAfterSeconds: 90, next: 'try again in 90 s' },
    })
    const date = new Date(stage().now() + 9000).toUTCString()
    const dated = await attempt([json({ error: 'x' }, 503, { 'retry-after': date }), granted])
    expect(dated.pauses[0]).toBeGreaterThanOrEqual(9000)
  })

  it('ends within its time in all', async () => {
    const { pauses } = await attempt([down], { timeoutSeconds: 2, attempts: 100 })
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(2000)
  })

  it('tells a token that was spent by an attempt whose answer got lost', async () => {
    const reused = json(
      { error: 'invalid_request', reason: 'assertion_reused', decision_id: 'dec_3' },
      400,
    )
    const { fetch } = answering(unreachable, reused)
    const result = await exchange(request, platform(false), stage({ fetch }))
    expect(result).toMatchObject({ error: { message: expect.stringContaining('got lost') } })
  })

  it.each([
    ['a page', new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['a refusal of another kind', json({ message: 'Not Found' }, 404)],
    ['a refusal without a decision', json({ error: 'invalid_client' }, 401)],
    ['a list', json([])],
    ['an answer without a token', json({ ok: true })],
    ['a token of several lines', json({ ...{ access_token: 'abc\ndefgh' }, token_type: 'Bearer' })],
    ['a redirect', new Response(null, { status: 307, headers: { location: 'https://x.test' } })],
    ['far too much', new Response('x'.repeat(70_000))],
  ])('knows %s for something else than a gateway, at once', async (_, answer) => {
    const { result, tokens } = await attempt([answer, granted])
    expect(result).toMatchObject({ ok: false, error: { code: 'not_a_gateway' } })
    expect(tokens).toHaveLength(1)
  })

  it('takes the error page of a proxy for an outage', async () => {
    const { result } = await attempt([new Response('<html>', { status: 502 }), granted])
    expect(result.ok).toBe(true)
  })
})

describe('a revocation', () => {
  const token = `e30.${Buffer.from('{"client_id":"cli_mine"}').toString('base64url')}.AAAA`

  it('names the client that the token names', async () => {
    const { fetch, requests } = answering(json({}))
    expect(await revoke({ url, token }, stage({ fetch }))).toEqual({ ok: true, value: null })
    expect(await requests[0]?.text()).toBe(`token=${token}&client_id=cli_mine`)
  })

  it('asks for the client of an opaque token', async () => {
    const result = await revoke({ url, token: 'ght_opaque' }, stage())
    expect(result).toMatchObject({ error: { code: 'bad_input' } })
  })
})

describe('the expected scopes', () => {
  it.each([
    [['a'], ['a'], null],
    [['a', 'b'], ['b', 'a'], null],
    [['a'], ['a', 'b'], 'it holds also b'],
    [['a', 'b'], ['b'], 'it holds but not a'],
  ])('%j of %j', (expected, given, message) => {
    const failure = scopesDiffer(expected, given)
    if (message === null) expect(failure).toBeNull()
    else expect(failure?.message).toContain(message)
  })
})
