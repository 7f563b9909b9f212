import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectS400 } from '../support/expect.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse({ faultyDatabase: true })

const path = '/acme/big'
const accounts = 1000
const clientIds: string[] = []
let namespace: Made

/** Gives the subtree a thousand accounts, each with a policy, a secret and a role of its own. */
beforeAll(async () => {
  const { gateway, make, roles } = house()
  namespace = await make.namespace(path)
  await make.namespace(`${path}/below`)
  const server = await make.resourceServer(path, 'https://big.test')
  await make.role(path, 'big-user', server)
  const model = await make.create<Made & { client_id: string }>('/service-accounts', {
    namespace: `${path}/below`,
    name: 'robot-0',
    trust_policies: [policyP0(gateway.issuers.a.url)],
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: `${path}/below` }],
  })
  clientIds.push(model.client_id)
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${accounts - 1})`
  const copies = async (table: string, replaced: Record<string, string>) => {
    const { columns } = await gateway.db.execute(`SELECT * FROM ${table} LIMIT 0`)
    const values = columns.map((column) => replaced[column] ?? `t.${column}`)
    const whose = table === 'service_accounts' ? 't.id' : 't.service_account_id'
    await gateway.db.execute({
      sql: `${numbers} INSERT INTO ${table} (${columns.join()})
        SELECT ${values.join()} FROM n JOIN ${table} t ON ${whose} = ?`,
      args: [model.id],
    })
  }
  const owner = { id: `t.id || n.i`, service_account_id: 't.service_account_id || n.i' }
  await copies('service_accounts', {
    id: 't.id || n.i',
    client_id: 't.client_id || n.i',
    name: `'robot-' || n.i`,
  })
  for (const table of ['trust_policies', 'client_secrets', 'role_bindings']) {
    await copies(table, owner)
  }
  for (let i = 1; i < accounts; i++) clientIds.push(`${model.client_id}${i}`)
})

/** How much of the subtree there is, by table. */
async function contents(): Promise<Record<string, number>> {
  const below = `(SELECT id FROM namespaces WHERE path = '${path}' OR path LIKE '${path}/%')`
  const mine = `(SELECT id FROM service_accounts WHERE namespace_id IN ${below})`
  const counts = {
    namespaces: `namespaces WHERE id IN ${below}`,
    service_accounts: `service_accounts WHERE namespace_id IN ${below}`,
    orphans: `trust_policies WHERE service_account_id NOT IN (SELECT id FROM service_accounts)`,
    trust_policies: `trust_policies WHERE service_account_id IN ${mine}`,
    client_secrets: `client_secrets WHERE service_account_id IN ${mine}`,
    role_bindings: `role_bindings WHERE namespace_id IN ${below}`,
    roles: `roles WHERE namespace_id IN ${below}`,
    resource_servers: `resource_servers WHERE namespace_id IN ${below}`,
    events: `audit_events WHERE action = 'namespaces.delete' AND outcome = 'done'`,
  }
  const columns = Object.entries(counts).map(
    ([name, from]) => `(SELECT count(*) FROM ${from}) AS ${name}`,
  )
  const { rows } = await house().gateway.db.execute(`SELECT ${columns.join()}`)
  return { ...rows[0] } as unknown as Record<string, number>
}

const full = {
  namespaces: 2,
  service_accounts: accounts,
  orphans: 0,
  trust_policies: accounts,
  client_secrets: accounts,
  role_bindings: accounts,
  roles: 1,
  resource_servers: 1,
  events: 0,
}

const exchange = (client_id: string): Promise<Response> =>
  house().gateway.token(house().BR({ client_id, subject_token: house().BT() }))

const remove = () => house().gateway.admin('DELETE', `/namespaces/${namespace.id}`)

const isDeletion = (body: string) => body.includes('delete from \\"namespaces\\"')

interface Pipeline {
  readonly requests: { type: string; batch?: { steps: { stmt: { sql: string } }[] } }[]
}

/** The batch of the deletion, as the database gets it. */
const altered = (alter: (steps: { stmt: { sql: string } }[]) => void) => (body: string) => {
  const pipeline = JSON.parse(body) as Pipeline
  for (const { batch } of pipeline.requests) if (batch) alter(batch.steps)
  return JSON.stringify(pipeline)
}

describe('deleting a subtree of 1 000 accounts', () => {
  it('is there, whole, and works', async () => {
    expect(await contents()).toEqual(full)
    for (const client of [clientIds[0], clientIds[500], clientIds[999]]) {
      expect((await exchange(String(client))).status).toBe(200)
    }
  })

  it('leaves all of it when a statement fails or the batch is cut, wherever', async () => {
    const { database } = house().gateway
    let steps = 0
    database.set('alter', {
      when: isDeletion,
      times: 1,
      alter: altered((batch) => {
        steps = batch.length
        batch.splice(1)
      }),
    })
    expect((await remove()).status).toBe(503)
    expect(steps).toBeGreaterThan(8)
    for (let at = 1; at < steps - 2; at++) {
      const faults = [
        (batch: { stmt: { sql: string } }[]) => {
          const step = batch[at]
          if (step) step.stmt.sql = 'DELETE FROM nothing_like_it'
        },
        (batch: { stmt: { sql: string } }[]) => void batch.splice(at),
      ]
      for (const fault of faults) {
        database.set('alter', { when: isDeletion, times: 1, alter: altered(fault) })
        expect([at, (await remove()).status]).toEqual([at, 503])
      }
    }
    expect(await contents()).toEqual(full)
    expect((await exchange(String(clientIds[1]))).status).toBe(200)
  })

  it.each(['refuse', 'error', 'html', 'garbage'] as const)(
    'leaves all of it when the database does not get it or says %s',
    async (mode) => {
      house().gateway.database.set(mode, { when: isDeletion, times: 1 })
      expect((await remove()).status).toBe(503)
      expect(await contents()).toEqual(full)
    },
  )

  it('has time for it: six seconds of a slow database are not too many', async () => {
    const { gateway, make } = house()
    const slow = await make.namespace('/acme/slow')
    gateway.database.set('slow', { when: isDeletion, times: 1, delayMs: 6000 })
    expect((await gateway.admin('DELETE', `/namespaces/${slow.id}`)).status).toBe(204)
  })

  it('leaves nothing of it when only the answer is lost, and none of them can exchange', async () => {
    const { gateway } = house()
    gateway.database.set('lose-reply', { when: isDeletion, times: 1 })
    expect((await remove()).status).toBe(503)
    expect(await contents()).toEqual({
      ...Object.fromEntries(Object.keys(full).map((name) => [name, 0])),
      events: 2,
    })
    for (let at = 0; at < accounts; at += 50) {
      const answers = await Promise.all(clientIds.slice(at, at + 50).map(exchange))
      for (const answer of answers) await expectS400(answer)
    }
    expect((await remove()).status).toBe(404)
  })
})
