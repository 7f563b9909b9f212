import { createClient } from '@libsql/client/http'
import { answerToken, type Keys, verifyForm } from './crypto-floor.ts'

interface Env extends Keys {
  readonly LIBSQL_URL: string
  readonly REPLAY: { put(key: string, value: string, options: object): Promise<void> }
}

const insert = `INSERT INTO decisions (id, at, outcome, grant_type, service_account_id, client_id,
  namespace_id, claims, token_identity, slot)
  SELECT ?1, 0, 'issued', '', '', '', '', ?2, ?1, '' ON CONFLICT DO NOTHING RETURNING id`

// What single use costs on this platform with these libraries, before any of our own code: the
// floor, one insert that claims and records, one KV write.
export default {
  async fetch(
    request: Request,
    env: Env,
    lifetime: { waitUntil(work: Promise<unknown>): void },
  ): Promise<Response> {
    const claims = await verifyForm(request, env)
    const id = String(claims.jti)
    const database = createClient({ url: env.LIBSQL_URL })
    const { rows } = await database.execute({ sql: insert, args: [id, JSON.stringify(claims)] })
    if (rows.length === 0) return Response.json({ error: 'spent' }, { status: 400 })
    lifetime.waitUntil(env.REPLAY.put(id, '1', { expirationTtl: 400 }))
    return answerToken(String(claims.sub), env)
  },
}
