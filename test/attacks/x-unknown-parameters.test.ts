import { beforeAll, describe, expect, it } from 'vitest'
import { adminOperations } from '../../src/http/api/routes.ts'
import { useHouse } from '../support/attack.ts'
import { houseRows, plainRoute, type Row, tenantRows } from '../support/battery.ts'
import { expectProblem } from '../support/expect.ts'
import { configuration } from '../support/snapshot.ts'
import { makeTenant } from '../support/tenant.ts'

const house = useHouse()

/** One good call of every operation that is no GET. */
let rows: readonly Row[]

beforeAll(async () => {
  const asked = ['/admin/v1/policy-evaluations', '/admin/v1/policy-suggestions']
  const tenant = await makeTenant(house(), '/initech')
  rows = [
    ...tenantRows(tenant),
    ...(await houseRows(house())),
    ...asked.map((path) => ({ route: `POST ${path}`, method: 'POST', path, body: { token: 'x' } })),
  ]
})

const send = async ({ method, path, body }: Row, init: { type?: string; text?: string } = {}) => {
  const { type = 'application/json', text = body === undefined ? null : JSON.stringify(body) } =
    init
  const authorization = `Bearer ${await house().gateway.rootToken()}`
  const headers = { authorization, 'content-type': type, 'if-match': '"1"' }
  return house().gateway.fetch(path, { method, headers, body: text })
}

const contents = async () => {
  const { audit_events: _, ...tables } = await configuration(house().gateway)
  return tables
}

const operationOf = (row: Row) => {
  const found = adminOperations.find(({ method, path }) => plainRoute(method, path) === row.route)
  if (found === undefined) throw new Error(`no such operation: ${row.route}`)
  return found
}

describe('a change with a query parameter that it does not know', () => {
  it('is tried below for every operation', () => {
    const changes = adminOperations.filter(({ method }) => method !== 'GET')
    const expected = changes.map(({ method, path }) => plainRoute(method, path))
    expect([...new Set(rows.map(({ route }) => route))].toSorted()).toEqual(
      [...new Set(expected)].toSorted(),
    )
  })

  it('is not made, and says which it knows', async () => {
    const before = await contents()
    for (const row of rows) {
      const known = Object.keys(operationOf(row).query?.shape ?? {})
      const tried = known.includes('dry_run') ? ['dry-run', 'dryRun', 'x'] : ['dry_run', 'x']
      for (const name of tried) {
        const answer = await send({ ...row, path: `${row.path}?${name}=true` })
        const problem = await expectProblem(answer, 422, 'unknown-field')
        const takes = known.length === 0 ? 'none' : known.map((it) => `\`${it}\``).join(', ')
        const detail = expect.stringMatching(new RegExp(`takes ${takes}$`))
        expect([row.route, problem.errors]).toEqual([row.route, [{ pointer: `/${name}`, detail }]])
      }
    }
    expect(await contents()).toEqual(before)
  })

  it('is not made either where another is known', async () => {
    const row = rows.find(({ route }) => route === 'DELETE /admin/v1/groups/*') as Row
    const answer = await send({ ...row, path: `${row.path}?dry_run=false&force=true` })
    await expectProblem(answer, 422, 'unknown-field')
    expect((await send({ ...row, method: 'GET', path: row.path })).status).toBe(200)
  })
})

describe('a body where none is taken', () => {
  const bare = () => rows.filter((row) => operationOf(row).body === undefined)

  it('is not passed over', async () => {
    const before = await contents()
    expect(bare().length).toBeGreaterThan(15)
    for (const row of bare()) {
      const answer = await send(row, { text: '{"comment":"ok"}' })
      const problem = await expectProblem(answer, 422, 'unknown-field')
      expect(problem.errors).toMatchObject([{ pointer: '/comment' }])
      await expectProblem(await send(row, { text: 'x' }), 400, 'malformed-body')
      const form = { text: 'a=b', type: 'application/x-www-form-urlencoded' }
      await expectProblem(await send(row, form), 415, 'unsupported-media-type')
      await expectProblem(await send(row, { text: ' '.repeat(65_537) }), 413, 'body-too-large')
    }
    expect(await contents()).toEqual(before)
  })

  it.each([['{}'], [''], [null]])('may be %j', async (text) => {
    const { gateway, make } = house()
    const group = await make.create('/groups', { namespace: '/acme', name: `g-${text?.length}` })
    const path = `/admin/v1/groups/${group.id}`
    const headers = {
      authorization: `Bearer ${await gateway.rootToken()}`,
      'content-type': 'application/json',
    }
    const answer = await gateway.fetch(path, { method: 'DELETE', headers, body: text })
    expect(answer.status).toBe(204)
  })
})
