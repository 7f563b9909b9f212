import { beforeAll, describe, expect, it } from 'vitest'
import { changesSomething } from '../../src/http/api/operation.ts'
import { adminOperations } from '../../src/http/api/routes.ts'
import { useHouse } from '../support/attack.ts'
import {
  type Callers,
  forged,
  houseRows,
  makeCallersIn,
  outcomeOf,
  plainRoute,
  type Row,
  referencesIn,
  type Sending,
  sendRow,
  tenantRows,
  unchangeable,
} from '../support/battery.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { chainFaults, countEvents, isUnrouted } from '../support/trail.ts'

const house = useHouse()

let tenant: Tenant
let other: Tenant
let rows: readonly Row[]
let ofHouse: readonly Row[]
let inTenant: Callers
let inHouse: Callers

beforeAll(async () => {
  tenant = await makeTenant(house(), '/initech')
  other = await makeTenant(house(), '/hooli')
  const api = { identifier: String(tenant.objects.server.identifier), role: tenant.objects.role }
  inTenant = await makeCallersIn(house(), '/initech', api)
  const { make } = house()
  const server = await make.resourceServer('/', 'https://house-api.test')
  const role = await make.role('/', 'house-api', server)
  inHouse = await makeCallersIn(house(), '/', { identifier: 'https://house-api.test', role })
  rows = tenantRows(tenant)
  ofHouse = await houseRows(house())
})

const callersOf = (row: Row): Callers => (ofHouse.includes(row) ? inHouse : inTenant)
const everyRow = (): readonly Row[] => [...rows, ...ofHouse]

/** How many calls were refused to somebody who is known. */
let refusals = 0

const send = async (row: Row, change: Sending): Promise<Response> => {
  const answer = await sendRow(house().gateway, row, change)
  const isKnown = answer.status !== 401 && !isUnrouted(await answer.clone().text())
  if (isKnown && answer.status >= 400) refusals += 1
  return answer
}

type Outcomes = Readonly<Record<string, unknown>>

/** Asks every row; nothing may be changed by it, and each refusal of somebody leaves one event. */
const walk = async (
  over: readonly Row[],
  ask: (row: Row) => Promise<unknown>,
): Promise<Outcomes> => {
  const { gateway } = house()
  const before = await unchangeable(gateway)
  const { done, refused } = await countEvents(gateway.db)
  refusals = 0
  const outcomes: Record<string, unknown> = {}
  for (const row of over) outcomes[row.route] = await ask(row)
  expect(await unchangeable(gateway)).toEqual(before)
  expect(await countEvents(gateway.db)).toEqual({ done, refused: refused + refusals })
  return outcomes
}

const each = (over: readonly Row[], outcome: (row: Row) => unknown): Outcomes =>
  Object.fromEntries(over.map((row) => [row.route, outcome(row)]))

const withBody = (over: readonly Row[]) => over.filter(({ body }) => body !== undefined)
const textOf = ({ body }: Row): string => JSON.stringify(body)

/** Sends several changes of a row, one after the other. */
const series = async (row: Row, changes: readonly Sending[]): Promise<readonly string[]> => {
  const outcomes: string[] = []
  for (const change of changes) outcomes.push(await outcomeOf(await send(row, change)))
  return outcomes
}

describe('every route that changes something', () => {
  it('is in the table, so that nobody forgets it', () => {
    const known = new Set(everyRow().map(({ route }) => route))
    const routes = adminOperations
      .filter(changesSomething)
      .map(({ method, path }) => plainRoute(method, path))
    expect(routes.filter((route) => !known.has(route))).toEqual([])
  })

  it('AC-275 needs a credential, and no garbage', async () => {
    const tokens = [null, 'garbage', 'a.b.c', `${inTenant.owner}x`, inTenant.owner.slice(0, -3)]
    const outcomes = await walk(everyRow(), (row) =>
      series(
        row,
        tokens.map((token) => ({ token })),
      ),
    )
    const refused = '401 authentication-required'
    expect(outcomes).toEqual(each(everyRow(), () => tokens.map(() => refused)))
  })

  it('AC-275 takes the token as Bearer in the header, and from nowhere else', async () => {
    const outcomes = await walk(everyRow(), (row) => {
      const { owner } = callersOf(row)
      return series(row, [
        { headers: { authorization: owner } },
        { headers: { authorization: `Basic ${owner}` } },
        { headers: { cookie: `token=${owner}; access_token=${owner}` } },
        { path: `${row.path}?access_token=${owner}` },
      ])
    })
    expect(outcomes).toEqual(each(everyRow(), () => Array(4).fill('401 authentication-required')))
  })

  it('AC-276 refuses an owner’s token for another API', async () => {
    const outcomes = await walk(everyRow(), async (row) =>
      outcomeOf(await send(row, { token: callersOf(row).elsewhere })),
    )
    expect(outcomes).toEqual(each(everyRow(), () => '401 authentication-required'))
  })

  it('AC-277 AC-278 is none for viewers', async () => {
    const outcomes = await walk(everyRow(), async (row) =>
      outcomeOf(await send(row, { token: callersOf(row).viewer })),
    )
    // Root accounts at the other system's address are a matter of who owns the house.
    const expected = ({ path }: Row) =>
      path.startsWith('/api/') ? '403 privilege-escalation' : '403 permission-denied'
    expect(outcomes).toEqual(each(everyRow(), expected))
  })

  it('AC-284 obeys the scope of an owner’s token', async () => {
    const outcomes = await walk(everyRow(), async (row) =>
      outcomeOf(await send(row, { token: callersOf(row).reader })),
    )
    expect(outcomes).toEqual(each(everyRow(), () => '403 insufficient-scope'))
  })

  it('is shut for an account that was disabled', async () => {
    const outcomes = await walk(everyRow(), async (row) =>
      outcomeOf(await send(row, { token: callersOf(row).disabled })),
    )
    expect(outcomes).toEqual(each(everyRow(), () => '401 authentication-required'))
  })
})

describe('what is another tenant’s', () => {
  const hasId = ({ route }: Row) => route.includes('*')
  const answered = async (response: Response) => [response.status, await response.text()]

  it('AC-285 AC-287 looks like what nobody has, byte for byte', async () => {
    const differing: unknown[] = []
    const outcomes = await walk(rows, async (row) => {
      const { token } = other.owner
      const known = await send(row, { token })
      const copy = known.clone()
      const unknown = await send(row, { token, ...forged(row, tenant.path) })
      const [one, two] = [await answered(copy), await answered(unknown)]
      if (JSON.stringify(one) !== JSON.stringify(two)) differing.push([row.route, one, two])
      return outcomeOf(known)
    })
    expect(differing).toEqual([])
    const expected = (row: Row) => (hasId(row) ? '404 not-found' : '422 invalid-reference')
    expect(outcomes).toEqual(each(rows, expected))
  })

  it('AC-287 stays so, whatever tenant a header or a query names', async () => {
    const named = { 'x-tenant-id': 'initech', 'x-tenant': tenant.path, 'x-namespace': tenant.path }
    const query = `?tenant=initech&tenant_id=${tenant.objects.namespace.id}&namespace=${tenant.path}`
    const outcomes = await walk(rows, async (row) => {
      const { token } = other.owner
      const plain = await answered(await send(row, { token }))
      const headed = await answered(await send(row, { token, headers: named }))
      const asked = await outcomeOf(await send(row, { token, path: row.path + query }))
      return JSON.stringify(headed) === JSON.stringify(plain) && asked === '422 unknown-field'
    })
    expect(outcomes).toEqual(each(rows, () => true))
  })

  it('AC-286 cannot be referred to, and looks like what nobody has', async () => {
    const foreign = new Map(
      [...Object.values(other.objects), other.account].map(({ id }) => [id.split('_')[0], id]),
    )
    const outcomes = await walk(withBody(rows), async (row) => {
      const wrong: unknown[] = []
      // A revocation names what it likes: what is not there is zero tokens.
      const references = referencesIn(row.body).filter(
        ({ pointer }) => !(row.route.endsWith('/revocations') && pointer === '/value'),
      )
      for (const { pointer, value, with: replaced } of references) {
        const isPath = value.startsWith('/')
        const pair = isPath
          ? [value.replace(tenant.path, other.path), value.replace(tenant.path, '/nowhere')]
          : [foreign.get(value.split('_')[0]) ?? 'none', `${value.split('_')[0]}_0nobodys`]
        const { token } = tenant.owner
        const [one, two] = await Promise.all(
          pair.map(async (text) => answered(await send(row, { token, body: replaced(text) }))),
        )
        if (one?.[0] !== 422 || JSON.stringify(one) !== JSON.stringify(two)) {
          wrong.push([pointer, one, two])
        }
      }
      return wrong
    })
    expect(outcomes).toEqual(each(withBody(rows), () => []))
  })
})

describe('the body of a change', () => {
  const extra = ['id', 'enabled', 'roles', 'created_at', 'is_system', 'tenant_id', 'config_version']
  const never = ['roles', 'is_system', 'tenant_id', 'config_version']

  it('AC-287 AC-291 has no members that only the server sets', async () => {
    const bodied = withBody(everyRow())
    const outcomes = await walk(bodied, async (row) => {
      const found: string[] = []
      for (const name of extra) {
        // Where it is known after all, an object is not what was expected.
        const body = { ...(row.body as object), [name]: { of: 'mine' } }
        const outcome = await outcomeOf(await send(row, { token: callersOf(row).owner, body }))
        const isItsOwn = name === 'roles' && row.route.endsWith(':apply')
        const wanted =
          never.includes(name) && !isItsOwn
            ? ['422 unknown-field']
            : ['422 unknown-field', '422 validation-failed']
        if (!wanted.includes(outcome)) found.push(`${name}: ${outcome}`)
      }
      return found
    })
    expect(outcomes).toEqual(each(bodied, () => []))
  })

  it('AC-292 has no __proto__, and none comes of it', async () => {
    const bodied = withBody(everyRow())
    const outcomes = await walk(bodied, async (row) => {
      const { owner: token } = callersOf(row)
      const empty = textOf(row) === '{}'
      const spoiled = (name: string) =>
        textOf(row).replace('{', `{"${name}":{"role":"owner","enabled":true}${empty ? '' : ','}`)
      return series(
        row,
        ['__proto__', 'constructor', 'prototype'].map((name) => ({ token, text: spoiled(name) })),
      )
    })
    expect(outcomes).toEqual(each(bodied, () => Array(3).fill('422 unknown-field')))
  })

  it('AC-293 names no member twice', async () => {
    const bodied = withBody(everyRow())
    const outcomes = await walk(bodied, async (row) => {
      const { owner: token } = callersOf(row)
      const [first = 'x'] = Object.keys(row.body as object)
      const empty = textOf(row) === '{}'
      const text = textOf(row).replace('{', `{"${first}":1${empty ? ',"x":2' : ','}`)
      return outcomeOf(await send(row, { token, text }))
    })
    expect(outcomes).toEqual(each(bodied, () => '400 malformed-body'))
  })

  it('is a JSON object, declared as one', async () => {
    const bodied = withBody(everyRow())
    const outcomes = await walk(bodied, async (row) => {
      const { owner: token } = callersOf(row)
      const statuses = await series(row, [
        { token, text: '[]' },
        { token, text: 'null' },
        { token, text: '"x"' },
        { token, text: `${textOf(row)}{}` },
        { token, text: textOf(row).slice(0, -1) },
        { token, headers: { 'content-type': 'text/plain' } },
        { token, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      ])
      return statuses.map((text) => text.replace(/^(4..) .*/, '$1'))
    })
    const seen = new Set(Object.values(outcomes).map((statuses) => String(statuses)))
    expect([...seen].map((text) => text.split(',').slice(3))).toEqual(
      [...seen].map(() => ['400', '400', '415', '415']),
    )
    const first = [...seen].flatMap((text) => text.split(',').slice(0, 3))
    expect(['400', '422']).toEqual(expect.arrayContaining([...new Set(first)]))
  })
})

describe('If-Match', () => {
  // Contract, section 6: changing a policy, role or binding requires it; and what is planned first.
  const required = (over: readonly Row[]) =>
    over.filter(
      ({ method, path }) =>
        (method !== 'POST' && /\/(rb|tp|role)_[0-9a-z]+$/.test(path)) || path.endsWith(':apply'),
    )

  it('is required where the description says so', () => {
    const described = adminOperations
      .filter(({ etag }) => etag === 'required')
      .map(({ method, path }) => plainRoute(method, path))
    const known = new Set(required(rows).map(({ route }) => route))
    expect(described.filter((route) => !known.has(route))).toEqual([])
  })

  it('AC-298 missing, stale, or none of ours', async () => {
    const strict = required(rows)
    expect(strict.length).toBeGreaterThan(5)
    const { token } = tenant.owner
    const outcomes = await walk(strict, (row) =>
      series(
        row,
        [null, '*', '"2"', '"0"', '"x"', 'W/"1"', '1', '"1", "2"'].map((ifMatch) => ({
          token,
          ifMatch,
        })),
      ),
    )
    const missing = '428 precondition-required'
    const stale = Array(6).fill('412 precondition-failed')
    expect(outcomes).toEqual(each(strict, () => [missing, missing, ...stale]))
  })
})

describe('the path of a change', () => {
  const idOf = ({ path }: Row): string | undefined =>
    path.split(/[/:]/).find((part) => /^[a-z]+_[0-9a-z]+$/.test(part))
  const withId = () => everyRow().filter((row) => idOf(row) !== undefined)

  it('AC-296 spells an id in one way', async () => {
    const encoded = (id: string) => `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`
    const spellings: readonly ((id: string) => string)[] = [
      (id) => id.toUpperCase(),
      (id) => `${id[0]?.toUpperCase()}${id.slice(1)}`,
      encoded,
      (id) => `${id}%20`,
      (id) => `%20${id}`,
      (id) => `${id}%00`,
      (id) => `${id}.`,
      (id) => `${id};x`,
      (id) => `${id}=`,
      (id) => `${id}0`,
    ]
    const outcomes = await walk(withId(), (row) => {
      const { owner: token } = callersOf(row)
      const id = String(idOf(row))
      const paths = spellings.map((spell) => row.path.replace(id, spell(id)))
      return series(
        row,
        [...paths, `${row.path}/`, `${row.path}%2f`].map((path) => ({ token, path })),
      )
    })
    expect(outcomes).toEqual(each(withId(), () => Array(12).fill('404 not-found')))
  })

  it('AC-306 is asked by its own method, whatever a header says', async () => {
    const methodsOf = (path: string) =>
      everyRow()
        .filter((row) => row.path === path)
        .map(({ method }) => method)
    const outcomes = await walk(everyRow(), async (row) => {
      const { owner: token } = callersOf(row)
      const found: string[] = []
      const others = ['GET', 'POST', 'PUT', 'OPTIONS'].filter(
        (method) => !methodsOf(row.path).includes(method),
      )
      for (const method of others) {
        const plain = await send(row, { token, method })
        const overriding = await send(row, {
          token,
          method,
          path: `${row.path}?_method=${row.method}`,
          headers: {
            'x-http-method-override': row.method,
            'x-http-method': row.method,
            'x-method-override': row.method,
          },
        })
        // A change refuses the parameter; elsewhere it is ignored.
        const wanted = [plain.status, ...(method === 'GET' ? [] : [422])]
        if (!wanted.includes(overriding.status)) found.push(`${method}: ${overriding.status}`)
      }
      return found
    })
    expect(outcomes).toEqual(each(everyRow(), () => []))
  })
})

describe('the good calls', () => {
  // Its role is bound, and its API has that role (AC-304).
  const inUse = ['DELETE /admin/v1/resource-servers/*', 'DELETE /admin/v1/roles/*']
  const planOf = async (row: Row, token: string) => {
    const plan = await send(row, { token, path: `${row.path}?dry_run=true` })
    return { ifMatch: plan.headers.get('etag') }
  }
  const good = async (row: Row, token: string) => {
    const planned = row.path.endsWith(':apply') ? await planOf(row, token) : {}
    const answer = await send(row, { token, ...planned })
    return answer.ok || outcomeOf(answer)
  }

  it('are good: what the battery refuses is refused for its fault alone', async () => {
    const outcomes: Record<string, unknown> = {}
    for (const [i, { route }] of rows.entries()) {
      const fresh = await makeTenant(house(), `/fresh-${i}`)
      const row = tenantRows(fresh).find((found) => found.route === route) as Row
      const { done } = await countEvents(house().gateway.db)
      outcomes[route] = await good(row, fresh.owner.token)
      const more = inUse.includes(route) ? 0 : 1
      expect([route, (await countEvents(house().gateway.db)).done]).toEqual([route, done + more])
    }
    expect(await chainFaults(house().gateway.db)).toEqual([])
    const expected = ({ route }: Row) => (inUse.includes(route) ? '409 in-use' : true)
    expect(outcomes).toEqual(each(rows, expected))
    // A tenant for each row: it is many calls.
  }, 120_000)

  it('are good in the house, too', async () => {
    const outcomes: Record<string, unknown> = {}
    for (const row of ofHouse) outcomes[row.route] = await good(row, inHouse.owner)
    expect(outcomes).toEqual(each(ofHouse, () => true))
  })
})
