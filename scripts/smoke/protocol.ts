import type { Answer } from './target.ts'
import {
  expectAlike,
  expectNoCors,
  expectRefusal,
  expectStatus,
  hold,
  type Trial,
} from './trial.ts'

const path = '/oauth/token'
const form = 'application/x-www-form-urlencoded'
const credentials = { grant_type: 'client_credentials' }
const malformed = [400, 'invalid_request'] as const

/** What is wrong with a request to the token endpoint, whoever sends it. */
export const protocolTrials: readonly Trial[] = [
  {
    id: 'AC-237',
    name: 'only POST',
    run: async ({ target }) => {
      const answer = await target.get(path, { 'x-http-method-override': 'POST' })
      expectStatus(answer, 405, 'GET')
      hold(answer.headers.get('allow') === 'POST', 'Allow is not POST')
    },
  },
  {
    id: 'AC-238',
    name: 'only forms',
    run: async ({ target }) => {
      const type = { 'content-type': 'application/json' }
      expectRefusal(await target.post(path, '{}', type), [415, 'invalid_request'], 'JSON')
      const charset = { 'content-type': `${form}; charset=utf-16` }
      expectRefusal(await target.post(path, 'a=b', charset), [415, 'invalid_request'], 'UTF-16')
    },
  },
  {
    id: 'AC-240',
    name: 'no parameter twice',
    run: async ({ target }) => {
      const twice = [
        ['grant_type', 'client_credentials'],
        ['grant_type', 'client_credentials'],
      ] as const
      expectRefusal(await target.post(path, twice), malformed, 'grant_type twice')
    },
  },
  {
    id: 'AC-241',
    name: 'only the grants that are announced',
    run: async ({ target }) => {
      expectRefusal(await target.post(path, { scope: 'x' }), malformed, 'no grant_type')
      for (const grant of ['password', 'refresh_token', 'Client_Credentials']) {
        const answer = await target.post(path, { grant_type: grant })
        expectRefusal(answer, [400, 'unsupported_grant_type'], grant)
      }
    },
  },
  {
    id: 'AC-246',
    name: 'no parameters in the query',
    run: async ({ target }) => {
      const answer = await target.post(`${path}?grant_type=client_credentials`, credentials)
      expectRefusal(answer, malformed, 'a query')
    },
  },
  {
    id: 'AC-247',
    name: 'at most 32 KiB',
    run: async ({ target }) => {
      const large = { ...credentials, x: 'x'.repeat(33 * 1024) }
      expectRefusal(await target.post(path, large), [413, 'invalid_request'], '33 KiB')
    },
  },
  {
    id: 'AC-257',
    name: 'nothing is reflected',
    run: async ({ target }) => {
      const word = '<script>reflected()</script>'
      const answer = await target.post(path, { grant_type: word })
      expectRefusal(answer, [400, 'unsupported_grant_type'], 'a script')
      hold(!answer.text.includes('reflected'), 'it is in the answer')
    },
  },
  {
    id: 'AC-259',
    name: 'at most 64 parameters',
    run: async ({ target }) => {
      const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}`, 'x']))
      expectRefusal(await target.post(path, many), malformed, '100 parameters')
    },
  },
  {
    id: 'AC-261',
    name: 'no compressed body',
    run: async ({ target }) => {
      const headers = { 'content-type': form, 'content-encoding': 'gzip' }
      expectRefusal(await target.post(path, 'x', headers), [415, 'invalid_request'], 'gzip')
    },
  },
  {
    id: 'AC-174',
    name: 'clients that nobody knows are refused alike',
    run: async ({ target, clientId }) => {
      const answers: [string, Answer][] = []
      // Few: too many of them are what the limiter is for.
      for (const id of ['cli_nobody', clientId]) {
        const body = { ...credentials, client_id: id, client_secret: 'wrong' }
        const answer = await target.post(path, body)
        expectRefusal(answer, [401, 'invalid_client'], 'a wrong secret')
        hold(/^Basic /.test(answer.headers.get('www-authenticate') ?? ''), 'no challenge')
        answers.push(['a wrong secret', answer])
      }
      expectAlike(answers)
    },
  },
  {
    id: 'AC-255',
    name: 'the token endpoint is not for pages of other origins',
    run: async ({ target }) => {
      const origin = { origin: 'https://evil.test' }
      expectNoCors(await target.post(path, credentials, origin), 'POST')
      const headers = { ...origin, 'access-control-request-method': 'POST' }
      expectNoCors(await target.send(path, { method: 'OPTIONS', headers }), 'OPTIONS')
    },
  },
]
