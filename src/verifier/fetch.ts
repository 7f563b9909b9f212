import { type DoorOptions, openDoor } from './door.ts'
import { type Lifetime, presentedBy } from './presented.ts'
import type { Principal } from './principal.ts'
import { responseOf } from './web.ts'

export {
  requireAll,
  requireAnyScope,
  requireMaxAge,
  requireNamespace,
  requirePolicy,
  requireProvenance,
  requireScopes,
} from './requirements.ts'

/** An API that is told who calls. `rest` is what the platform adds: `env` and `ctx` on Workers. */
export type PrincipalHandler<Rest extends readonly unknown[]> = (
  request: Request,
  principal: Principal,
  ...rest: Rest
) => Response | Promise<Response>

const isLifetime = (value: unknown): value is Lifetime =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Lifetime>).waitUntil === 'function'

/**
 * Puts a door before a handler of standard requests: Workers, Deno, Bun and whatever else speaks
 * `fetch`. A requirement that the handler calls, as `requireScopes('deploy:write')(principal)`,
 * answers for itself; all else that it throws is thrown on.
 */
export const gatehouse = <Rest extends readonly unknown[]>(
  options: DoorOptions,
  handler: PrincipalHandler<Rest>,
): ((request: Request, ...rest: Rest) => Promise<Response>) => {
  const door = openDoor(options)
  return async (request, ...rest) => {
    const entry = await door.enter(request, presentedBy(request), rest.find(isLifetime))
    if ('answer' in entry) return responseOf(entry.answer)
    try {
      return await handler(request, entry.principal, ...rest)
    } catch (thrown) {
      return responseOf(door.refusal(thrown))
    }
  }
}
