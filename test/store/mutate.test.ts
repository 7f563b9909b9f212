import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { UnknownFate } from '../../src/core/unavailable.ts'
import { guard, mutate } from '../../src/store/mutate.ts'
import { useDatabase } from './database.ts'
import { account, binding, madeAt, placeOfTenant, tree } from './tree.ts'

const database = useDatabase(...tree)

const versions = () =>
  database().read('SELECT id, config_version AS version FROM namespaces ORDER BY id')
const versionOf = (id: string) =>
  database().value('SELECT config_version FROM namespaces WHERE id = ?', id)
const rolesNow = async () =>
  (await database().read("SELECT id FROM roles WHERE namespace_id = 'ns_acme' ORDER BY id")).map(
    ({ id }) => id,
  )
const addRole = (id: string, name = id) =>
  database().db.orm.run(
    sql`INSERT INTO roles (id, namespace_id, name, resource_server_id, permissions, created_at)
      VALUES (${id}, 'ns_acme', ${name}, 'rs_api', '[]', ${madeAt})`,
  )
const holds = (condition: boolean) => guard(database().db, condition ? sql`1 = 1` : sql`1 = 0`)
const change = (...conditions: readonly boolean[]) =>
  mutate(database().db, placeOfTenant('acme'), {
    target: null,
    guards: conditions.map(holds),
    statements: [addRole('role_1')],
  })

describe('a change', () => {
  it('is made, in one round trip after that for the head of the chain', async () => {
    expect(await change()).toEqual({ kind: 'done' })
    expect(database().requests()).toBe(2)
    expect(await rolesNow()).toEqual(['role_1', 'role_api'])
  })

  it('is made where all of its guards hold', async () => {
    expect(await change(true, true, true)).toEqual({ kind: 'done' })
    expect(await rolesNow()).toEqual(['role_1', 'role_api'])
  })

  it('moves its tenant’s version once, and no other’s', async () => {
    const before = await versions()
    await change(true, true)
    expect(await versions()).toEqual(
      before.map(({ id, version }) => ({
        id,
        version: id === 'ns_acme' ? Number(version) + 1 : version,
      })),
    )
  })

  it('moves it once for many statements', async () => {
    const statements = ['role_1', 'role_2', 'role_3'].map((id) => addRole(id))
    await mutate(database().db, placeOfTenant('acme'), { target: null, statements })
    expect(await versionOf('ns_acme')).toBe(8)
  })

  it('moves it once each for many at once', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `role_${i}`)
    const outcomes = await Promise.all(
      ids.map((id) =>
        mutate(database().db, placeOfTenant('acme'), { target: null, statements: [addRole(id)] }),
      ),
    )
    expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true)
    expect(await versionOf('ns_acme')).toBe(57)
  })

  it('where a root account has a role moves the reach of `/`, and not the version of all', async () => {
    const reach = () =>
      database().value("SELECT reach_version FROM namespaces WHERE id = 'ns_root'")
    const root = Number(await versionOf('ns_root'))
    await change()
    expect(await reach()).toBe(0)
    await database().write(
      account('sa_root', { namespace_id: 'ns_root', tenant_id: 'ns_root' }),
      binding('rb_root', { service_account_id: 'sa_root' }),
    )
    for (let i = 1; i <= 3; i += 1) {
      await mutate(database().db, placeOfTenant('acme'), {
        target: null,
        statements: [addRole(`role_a${i}`)],
      })
      await mutate(database().db, placeOfTenant('globex'), {
        target: null,
        statements: [addRole(`role_g${i}`)],
      })
    }
    expect(await reach()).toBe(3)
    expect(await versionOf('ns_root')).toBe(root)
    expect(await versionOf('ns_acme')).toBe(11)
    await mutate(database().db, placeOfTenant('root'), {
      target: null,
      statements: [addRole('role_r')],
    })
    expect(await reach()).toBe(3)
    expect(await versionOf('ns_root')).toBe(root + 1)
  })

  it('leaves nothing in the table of guards', async () => {
    await change(true)
    await change(false)
    expect(await database().value('SELECT count(*) FROM guards')).toBe(0)
  })
})

describe('a guard that does not hold', () => {
  it.each<[boolean[], number]>([
    [[false], 0],
    [[false, true, true], 0],
    [[true, false, true], 1],
    [[true, true, false], 2],
    [[true, false, false], 1],
  ])('of %j is named by its position: %i', async (conditions, index) => {
    expect(await change(...conditions)).toEqual({ kind: 'guard', index })
  })

  it('undoes everything, the version too', async () => {
    await change(true, false)
    expect(await rolesNow()).toEqual(['role_api'])
    expect(await versionOf('ns_acme')).toBe(7)
  })

  it('does not hold where its condition is unknown', async () => {
    const unknown = guard(database().db, sql`(SELECT enabled FROM namespaces WHERE id = 'x') = 1`)
    const outcome = await mutate(database().db, placeOfTenant('acme'), {
      target: null,
      guards: [unknown],
      statements: [addRole('role_1')],
    })
    expect(outcome).toEqual({ kind: 'guard', index: 0 })
  })

  it('is judged in the transaction of the change', async () => {
    const free = () =>
      guard(database().db, sql`(SELECT count(*) FROM roles WHERE namespace_id = 'ns_acme') < 3`)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        mutate(database().db, placeOfTenant('acme'), {
          target: null,
          guards: [free()],
          statements: [addRole(`role_${i}`)],
        }),
      ),
    )
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(2)
    expect(await rolesNow()).toHaveLength(3)
    expect(await versionOf('ns_acme')).toBe(9)
  })
})

describe('a constraint that is violated', () => {
  const taken = (guards: boolean[], ...before: string[]) =>
    mutate(database().db, placeOfTenant('acme'), {
      target: null,
      guards: guards.map(holds),
      statements: [...before.map((id) => addRole(id)), addRole('role_x', 'role_api')],
    })

  it.each<[boolean[], string[]]>([
    [[], []],
    [[true, true], []],
    [[], ['role_1', 'role_2']],
    [[true], ['role_1']],
  ])('after guards %j and statements %j is in the database’s words', async (guards, before) => {
    expect(await taken(guards, ...before)).toEqual({
      kind: 'constraint',
      text: expect.stringContaining(
        'UNIQUE constraint failed: roles.namespace_id, roles.resource_server_id, roles.name',
      ),
    })
  })

  it('undoes everything, the version too', async () => {
    await taken([true], 'role_1', 'role_2')
    expect(await rolesNow()).toEqual(['role_api'])
    expect(await versionOf('ns_acme')).toBe(7)
  })

  it('comes after a guard that does not hold', async () => {
    expect(await taken([false])).toEqual({ kind: 'guard', index: 0 })
  })

  it('may be a foreign key', async () => {
    const outcome = await mutate(database().db, placeOfTenant('acme'), {
      target: null,
      guards: [holds(true)],
      statements: [database().db.orm.run(sql`DELETE FROM resource_servers WHERE id = 'rs_api'`)],
    })
    expect(outcome).toEqual({
      kind: 'constraint',
      text: expect.stringContaining('FOREIGN KEY constraint failed'),
    })
    expect(
      await database().value("SELECT count(*) FROM resource_servers WHERE id = 'rs_api'"),
    ).toBe(1)
  })
})

it('what is no constraint is Unavailable, and undoes everything', async () => {
  const statements = [addRole('role_1'), database().db.orm.run(sql`UPDATE nowhere SET x = 1`)]
  await expect(
    mutate(database().db, placeOfTenant('acme'), { target: null, statements }),
  ).rejects.toMatchObject({
    name: 'Unavailable',
    dependency: 'database',
  })
  expect(await rolesNow()).toEqual(['role_api'])
  expect(await versionOf('ns_acme')).toBe(7)
})

it('an outage leaves it open whether anything was changed', async () => {
  const slow = sql`WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 300000)
    UPDATE roles SET name = name WHERE (SELECT count(*) FROM n) = 0`
  const statements = [addRole('role_1'), database().db.orm.run(slow)]
  let calls = 0
  // The head of the chain can be read; the answer to the change does not come in time.
  const patienceMs = () => {
    calls += 1
    return calls === 1 ? 5000 : 0
  }
  const away = { ...database().db, orm: database().db.orm, patienceMs }
  const changed = mutate(away, placeOfTenant('acme'), { target: null, statements })
  await expect(changed).rejects.toBeInstanceOf(UnknownFate)
})

it('an outage before it changes nothing', async () => {
  const statements = [addRole('role_1')]
  const away = { ...database().db, orm: database().db.orm, patienceMs: () => 0 }
  const changed = mutate(away, placeOfTenant('acme'), { target: null, statements })
  await expect(changed).rejects.not.toBeInstanceOf(UnknownFate)
  expect(await rolesNow()).toEqual(['role_api'])
})
