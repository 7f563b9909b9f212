import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'

const house = useHouse()

interface Row {
  readonly tenant_id: string
  readonly sequence: number
  readonly content: string
  readonly hash: string
}

/** Every chain, checked from its first event to its last. */
const chains = async (): Promise<Map<string, Record<string, unknown>[]>> => {
  const { rows } = await house().gateway.db.execute(
    'SELECT tenant_id, sequence, content, hash FROM audit_events ORDER BY tenant_id, sequence',
  )
  const found = new Map<string, Record<string, unknown>[]>()
  for (const row of rows as unknown as Row[]) {
    const chain = found.get(row.tenant_id) ?? []
    const event = JSON.parse(row.content) as Record<string, unknown>
    expect(createHash('sha256').update(row.content).digest('hex')).toBe(row.hash)
    expect(event.sequence).toBe(chain.length + 1)
    expect(event.previous_hash).toBe(chain.at(-1)?.hash ?? '0'.repeat(64))
    found.set(row.tenant_id, [...chain, { ...event, hash: row.hash }])
  }
  return found
}

it('AC-394 50 parallel changes leave a chain without gaps', async () => {
  const { gateway } = house()
  const owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      owner.call('POST', '/namespaces', { path: `/acme/n${i}` }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201))
  const made = [...(await chains()).values()].flat().filter(({ actor }) => {
    return (actor as { id?: string }).id === owner.id
  })
  expect(made).toHaveLength(50)
  expect(made[0]).toMatchObject({ action: 'namespaces.create', outcome: 'done', reason: null })
})

it('a refused call leaves an event in the chain of who asked', async () => {
  const { gateway } = house()
  const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
  await expectProblem(await viewer.call('POST', '/namespaces', { path: '/acme/x' }), 403)
  const refused = [...(await chains()).values()].flat().filter(({ actor }) => {
    return (actor as { id?: string }).id === viewer.id
  })
  expect(refused).toHaveLength(1)
  expect(refused[0]).toMatchObject({
    action: 'namespaces.create',
    outcome: 'refused',
    reason: 'permission-denied',
    namespace: '/acme',
  })
})
