import type { MiddlewareHandler } from 'hono'
import type { VerifierOptions } from './options.ts'
import { presentedBy } from './presented.ts'
import type { Principal } from './principal.ts'
import { Refused } from './refused.ts'
import { createVerifier } from './verifier.ts'

/** Lets in who brings a token for this API; `c.var.principal` says who it is. */
export const gatehouse = (
  options: VerifierOptions,
): MiddlewareHandler<{ Variables: { principal: Principal } }> => {
  const verifier = createVerifier(options)
  return async (c, next) => {
    try {
      c.set('principal', await verifier.authenticate(presentedBy(c.req.raw)))
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown
      return c.json({ error: thrown.error, error_description: thrown.message }, thrown.status)
    }
    return next()
  }
}
