import { createVerifier, presentedBy, Refused } from '../../src/verifier/index.ts'

const issuer = 'https://gw.test'
const audience = 'https://api-1.test'

interface Execution {
  waitUntil(work: Promise<unknown>): void
}

const verifiers = {
  // Each isolate that starts anew knows nothing, and has the platform's cache.
  fresh: () => createVerifier({ issuer, audience }),
  uncached: createVerifier({ issuer, audience, platformCache: false }),
  bound: createVerifier({ issuer, audience, dpop: 'required' }),
}

const answer = async (work: Promise<{ serviceAccount: string }>): Promise<Response> => {
  try {
    return new Response((await work).serviceAccount)
  } catch (thrown) {
    if (thrown instanceof Refused) return new Response(thrown.reason, { status: thrown.status })
    throw thrown
  }
}

/** An API in workerd. `/early` leaves before its keys have come, as a client that hangs up does. */
export default {
  async fetch(request: Request, _: unknown, execution: Execution): Promise<Response> {
    const presented = presentedBy(request)
    const { pathname } = new URL(request.url)
    if (pathname === '/poison') {
      const evil = new Response(await request.text(), {
        headers: { 'cache-control': 'max-age=600' },
      })
      const { default: cache } = caches as unknown as { default: Cache }
      await cache.put(`${issuer}/.well-known/jwks.json`, evil)
      return new Response('put')
    }
    if (pathname === '/early') {
      verifiers.uncached.authenticate(presented).catch(() => {})
      return new Response('left')
    }
    if (pathname === '/bound') return answer(verifiers.bound.authenticate(presented, execution))
    const lifetime = pathname === '/kept' ? execution : undefined
    if (pathname === '/fresh') return answer(verifiers.fresh().authenticate(presented, execution))
    return answer(verifiers.uncached.authenticate(presented, lifetime))
  },
}
