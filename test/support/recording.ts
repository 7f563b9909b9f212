import type { Gateway } from './gateway.ts'
import { snapshot } from './snapshot.ts'

export interface Recording {
  /** The gateway, every answer of which is kept. */
  readonly gateway: Gateway
  /** Headers and body of each answer. */
  readonly answers: readonly string[]
}

/** Keeps every answer that callers of a gateway get. */
export function record(gateway: Gateway): Recording {
  const answers: string[] = []
  const keep = async (answer: Promise<Response>): Promise<Response> => {
    const response = await answer
    const headers = JSON.stringify([...response.headers])
    answers.push(`${headers}\n${await response.clone().text()}`)
    return response
  }
  const kept: Partial<Gateway> = {
    fetch: (...call) => keep(gateway.fetch(...call)),
    token: (...call) => keep(gateway.token(...call)),
    admin: (...call) => keep(gateway.admin(...call)),
  }
  const recorded = new Proxy(gateway, {
    get: (target, name) => Reflect.get(name in kept ? kept : target, name),
  })
  return { gateway: recorded, answers }
}

/** All that a gateway has left behind: its log, every table, its edge memory, what it sent out. */
export async function traces(gateway: Gateway): Promise<Readonly<Record<string, string>>> {
  const keys = await gateway.kv.keys()
  const values = await Promise.all(keys.map((key) => gateway.kv.get(key)))
  return {
    log: gateway.logs.join('\n'),
    database: JSON.stringify(await snapshot(gateway)),
    kv: JSON.stringify([keys, values]),
    outbound: JSON.stringify(gateway.issuers.requests),
  }
}
