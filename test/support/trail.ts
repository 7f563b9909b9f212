import { createHash } from 'node:crypto'
import type { Client } from '@libsql/client'

/** Whether a call was refused because there is no such route: nobody was asked who called. */
export const isUnrouted = (text: string): boolean => text.includes('there is no such collection')

/** How many events there are, by outcome. */
export async function countEvents(db: Client): Promise<{ done: number; refused: number }> {
  const { rows } = await db.execute(
    `SELECT total(outcome = 'done') AS done, total(outcome = 'refused') AS refused FROM audit_events`,
  )
  return { done: Number(rows[0]?.done), refused: Number(rows[0]?.refused) }
}

interface Told {
  readonly sequence: number
  readonly tenant_id: string
  readonly previous_hash: string
}

/** What is wrong with the chains of all tenants, reckoned from the text of their events alone. */
export async function chainFaults(db: Client): Promise<readonly string[]> {
  const { rows } = await db.execute(
    'SELECT tenant_id, sequence, content, hash FROM audit_events ORDER BY tenant_id, sequence',
  )
  const heads = new Map<string, { sequence: number; hash: string }>()
  return rows.flatMap((row) => {
    const tenant = String(row.tenant_id)
    const before = heads.get(tenant) ?? { sequence: 0, hash: '0'.repeat(64) }
    const content = String(row.content)
    const told = JSON.parse(content) as Told
    const hash = createHash('sha256').update(content).digest('hex')
    heads.set(tenant, { sequence: before.sequence + 1, hash })
    const good =
      hash === row.hash &&
      told.previous_hash === before.hash &&
      told.sequence === before.sequence + 1 &&
      Number(row.sequence) === told.sequence &&
      told.tenant_id === tenant
    return good ? [] : [`${tenant} ${row.sequence}: ${content}`]
  })
}
