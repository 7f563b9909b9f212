import { err } from '../../core/result.ts'
import { unverifiedClaims } from '../../pipeline/credential.ts'
import type { IdTokenSource } from '../../pipeline/id-token/source.ts'
import { required, type Settings } from '../settings/settings.ts'

const isFor = (token: string, url: string): boolean => {
  const aud = unverifiedClaims(token)?.aud
  const audiences = Array.isArray(aud) ? aud : [aud]
  // One that another gateway accepts as well is that gateway's credential.
  return (
    audiences.length > 0 &&
    audiences.every(
      (each) => typeof each === 'string' && (each === url || each.startsWith(`${url}/`)),
    )
  )
}

/**
 * Keeps identity tokens that are good elsewhere from a gateway that only the sources name. What the
 * platform makes for this audience is worth nothing to anybody else.
 */
export const forItsAudience = (source: IdTokenSource, settings: Settings): IdTokenSource => {
  if (source.isMinted) return source
  const url = required(settings, 'url')
  return {
    ...source,
    get: async (withinMs) => {
      const token = await source.get(withinMs)
      if (!token.ok || isFor(token.value, url)) return token
      return err({
        code: 'bad_input',
        message: `only ${settings.url?.from} names the gateway ${url}, and the identity token of ${source.name} is for another audience: it is not sent there`,
        next: `if that is your gateway, say so: --url ${url} or GATEHOUSE_URL`,
      })
    },
  }
}
