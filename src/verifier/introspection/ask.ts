import { isJsonObject, type JsonObject, member } from '../../core/json.ts'
import type { Surroundings } from '../gateway/published-load.ts'
import { askGateway } from '../gateway/reach.ts'
import type { IntrospectionOptions } from '../options.ts'
import { Refused } from '../refused.ts'

const maxBytes = 65_536

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

const basic = ({ clientId, clientSecret }: IntrospectionOptions): string =>
  `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Makes what asks the gateway about one token: its claims, null where it is not good, or `Refused`. */
export const asker = (
  options: IntrospectionOptions,
  { issuer, reach, tell }: Surroundings,
): ((token: string) => Promise<JsonObject | null>) => {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    authorization: basic(options),
  }
  const fail = (detail: string): Refused => {
    tell({ event: 'fetch_failed', document: 'introspection', detail })
    return new Refused('introspection_unavailable')
  }
  return async (token) => {
    const body = new URLSearchParams({ token }).toString()
    const url = `${issuer}/oauth/introspect`
    const reply = await askGateway(reach, url, { method: 'POST', headers, body, maxBytes })
    if ('fault' in reply) throw fail(reply.fault)
    if (reply.status !== 200) throw fail(`answered ${reply.status}`)
    const claims = parse(reply.text)
    const active = isJsonObject(claims) ? member(claims, 'active') : undefined
    if (!isJsonObject(claims) || typeof active !== 'boolean') throw fail('answered garbage')
    tell({ event: 'fetched', document: 'introspection' })
    return active ? claims : null
  }
}
