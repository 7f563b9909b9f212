import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse({ faultyDatabase: true })

const crowd = 50

/** Whether everything that refers sees what it refers to, and every path is that of a child. */
async function faults(): Promise<unknown> {
  const above = (upper: string, lower: string) =>
    `(${upper}.path = '/' OR ${lower}.path = ${upper}.path OR ${lower}.path LIKE ${upper}.path || '/%')`
  const { rows } = await house().gateway.db.execute(`
    SELECT 'path' AS fault, n.path AS what FROM namespaces n JOIN namespaces p ON p.id = n.parent_id
      WHERE p.path <> '/' AND n.path NOT LIKE p.path || '/%'
    UNION ALL SELECT 'role', b.id FROM role_bindings b JOIN namespaces n ON n.id = b.namespace_id
      JOIN roles r ON r.id = b.role_id JOIN namespaces o ON o.id = r.namespace_id
      WHERE NOT ${above('o', 'n')}
    UNION ALL SELECT 'home', b.id FROM role_bindings b JOIN namespaces n ON n.id = b.namespace_id
      JOIN service_accounts a ON a.id = b.service_account_id JOIN namespaces o ON o.id = a.namespace_id
      WHERE NOT ${above('o', 'n')}
    UNION ALL SELECT 'server', r.id FROM roles r JOIN namespaces n ON n.id = r.namespace_id
      JOIN resource_servers s ON s.id = r.resource_server_id JOIN namespaces o ON o.id = s.namespace_id
      WHERE NOT ${above('o', 'n')}
    UNION ALL SELECT 'issuer', p.id FROM trust_policies p
      JOIN service_accounts a ON a.id = p.service_account_id JOIN namespaces n ON n.id = a.namespace_id
      WHERE NOT EXISTS (SELECT 1 FROM issuers i JOIN namespaces o ON o.id = i.namespace_id
        WHERE i.issuer = p.issuer AND ${above('o', 'n')})`)
  return rows.map((row) => ({ ...row }))
}

const answers = async (calls: readonly (() => Promise<Response>)[]): Promise<number[]> =>
  (await Promise.all(calls.map((call) => call()))).map(({ status }) => status)

it('one of fifty moves of a namespace wins, and the others are told', async () => {
  const { gateway, make } = house()
  await make.namespace('/acme/race')
  const { id } = await make.namespace('/acme/race/one')
  const calls = Array.from({ length: crowd }, (_, at) => () => {
    const path = `/acme/race/to-${at}`
    return gateway.admin('POST', `/namespaces/${id}:move`, { path })
  })
  const statuses = await answers(calls)
  const done = statuses.filter((status) => status === 200).length
  expect(done).toBeGreaterThanOrEqual(1)
  expect([...new Set(statuses)].filter((status) => ![200, 412, 503].includes(status))).toEqual([])
  const { rows } = await gateway.db.execute({
    sql: `SELECT count(*) AS n FROM audit_events WHERE action = 'namespaces.move' AND outcome = 'done'
      AND target_id = ?`,
    args: [id],
  })
  expect(rows[0]?.n).toBe(done)
  expect(await faults()).toEqual([])
})

it('one of fifty namespaces gets the path that all want', async () => {
  const { gateway, make } = house()
  await make.namespace('/acme/from')
  await make.namespace('/acme/wanted')
  const moving: Made[] = []
  for (let at = 0; at < crowd; at++) moving.push(await make.namespace(`/acme/from/n${at}`))
  const statuses = await answers(
    moving.map(
      ({ id }) =>
        () =>
          gateway.admin('POST', `/namespaces/${id}:move`, { path: '/acme/wanted/it' }),
    ),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect([...new Set(statuses)].filter((status) => ![200, 409, 503].includes(status))).toEqual([])
  expect(await faults()).toEqual([])
})

it('nothing that is made meanwhile is left without what it refers to', async () => {
  const { gateway, make } = house()
  await make.namespace('/acme/near')
  await make.namespace('/acme/far')
  const project = await make.namespace('/acme/near/project')
  const server = await make.resourceServer('/acme/near', 'https://near.test')
  const role = await make.role('/acme/near', 'near-user', server)
  const issuer = await gateway.issuers.add('https://near-issuer.test')
  await make.issuer(issuer.url, '/acme/near')
  const home = await make.create('/service-accounts', { namespace: '/acme/near', name: 'home' })
  const inside = '/acme/near/project'
  const robot = await make.create('/service-accounts', { namespace: inside, name: 'robot' })
  const makers = [
    (at: number) => ['/namespaces', { path: `${inside}/n${at}` }],
    (at: number) => ['/service-accounts', { namespace: inside, name: `a${at}` }],
    (at: number) => [
      '/service-accounts',
      {
        namespace: '/acme/near',
        name: `b${at}`,
        role_bindings: [{ role_id: role.id, namespace: inside }],
      },
    ],
    (at: number) => [
      '/roles',
      {
        namespace: inside,
        name: `r${at}`,
        resource_server_id: server.id,
        permissions: ['deploy:read'],
      },
    ],
    () => [
      '/role-bindings',
      {
        role_id: role.id,
        namespace: inside,
        principal: { type: 'service_account', id: home.id },
      },
    ],
    () => [`/service-accounts/${robot.id}/trust-policies`, policyP0(issuer.url)],
  ] as const
  const calls = makers.flatMap((maker, kind) =>
    Array.from({ length: 9 }, (_, at) => () => {
      const [path, body] = maker(kind * 100 + at)
      return gateway.admin('POST', String(path), body)
    }),
  )
  // All are judged before the move, and saved after it.
  const beside = await gateway.beside()
  const isCreation = (body: string) =>
    /insert into ..(namespaces|service_accounts|roles|role_bindings|trust_policies)/.test(body)
  gateway.database.set('slow', { when: isCreation, delayMs: 1000 })
  const making = answers(calls)
  await setTimeout(500)
  const moved = await beside.admin('POST', `/namespaces/${project.id}:move`, {
    path: '/acme/far/project',
  })
  expect(moved.status).toBe(200)
  const statuses = await making
  gateway.database.set('pass')
  expect(statuses.filter((status) => status < 300)).toEqual([])
  expect(await faults()).toEqual([])
}, 60_000)
