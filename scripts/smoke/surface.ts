import { objectIn } from './target.ts'
import { expectNoCors, expectNotKept, expectStatus, hold, Otherwise, type Trial } from './trial.ts'

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']

/** What anybody can see of a deployment. */
export const surfaceTrials: readonly Trial[] = [
  {
    id: 'AC-387',
    name: 'it is ready, and says no more',
    run: async ({ target }) => {
      const answer = await target.get('/readyz')
      hold(
        answer.status === 200,
        `expected 200, got ${answer.status}: ${answer.text.slice(0, 200)}`,
      )
      hold(answer.text === '{"status":"ready"}', 'it says more than that it is ready')
      expectStatus(await target.get('/healthz'), 200, '/healthz')
    },
  },
  {
    id: 'AC-399',
    name: 'the key set has public members only',
    run: async ({ keys }) => {
      hold(keys.length > 0, 'there is no key')
      for (const key of keys) {
        const secret = secretMembers.filter((name) => Object.hasOwn(key, name))
        hold(secret.length === 0, `a key has the member ${secret.join(', ')}`)
        hold(
          ['kid', 'use', 'alg'].every((name) => Object.hasOwn(key, name)),
          'kid, use or alg',
        )
      }
    },
  },
  {
    id: 'AC-400',
    name: 'the metadata is honest, and the same at both addresses',
    run: async ({ target }) => {
      const answer = await target.get('/.well-known/openid-configuration')
      const other = await target.get('/.well-known/oauth-authorization-server')
      hold(answer.text === other.text, 'the two documents differ')
      const document = objectIn(answer)
      hold(document?.issuer === target.origin, `issuer is not ${target.origin}`)
      for (const [name, value] of Object.entries(document ?? {})) {
        const ours = !/_(endpoint|uri)$/.test(name) || String(value).startsWith(`${target.origin}/`)
        hold(ours, `${name} is elsewhere`)
      }
    },
  },
  {
    id: 'AC-405',
    name: 'only public documents are for pages of other origins',
    run: async ({ target }) => {
      const origin = { origin: 'https://evil.test' }
      const keys = await target.get('/.well-known/jwks.json', origin)
      hold(keys.headers.get('access-control-allow-origin') === '*', 'the key set is not public')
      for (const path of ['/readyz', '/admin/v1/namespaces', '/openapi.json']) {
        expectNoCors(await target.get(path, origin), path)
      }
    },
  },
  {
    id: 'AC-253',
    name: 'paths have one spelling',
    run: async ({ target }) => {
      for (const path of ['/oauth/token/', '//oauth/token', '/OAUTH/TOKEN', '/oauth/%74oken']) {
        expectStatus(await target.post(path, { grant_type: 'x' }), 404, path)
      }
    },
  },
  {
    id: 'AC-275',
    name: 'the admin API lets nobody in without a token',
    run: async ({ target }) => {
      const headers = { authorization: 'Bearer x' }
      for (const answer of [
        await target.get('/admin/v1/namespaces'),
        await target.get('/admin/v1/namespaces', headers),
        await target.post('/admin/v1/namespaces', '{"path":"/smoke"}', {
          'content-type': 'application/json',
        }),
      ]) {
        expectStatus(answer, 401, 'the admin API')
        hold(objectIn(answer)?.type === '/problems/authentication-required', 'another problem')
        hold(/^Bearer /.test(answer.headers.get('www-authenticate') ?? ''), 'no challenge')
        expectNotKept(answer, 'the admin API')
      }
    },
  },
  {
    id: 'R44',
    name: 'every problem has its page, and the reference is there',
    run: async ({ target }) => {
      expectStatus(await target.get('/problems/authentication-required'), 200, 'its page')
      expectStatus(await target.get('/problems/no-such-problem'), 404, 'no such page')
      const { openapi } = objectIn(await target.get('/openapi.json')) ?? {}
      if (!String(openapi).startsWith('3.')) throw new Otherwise('/openapi.json is no OpenAPI 3')
    },
  },
]
