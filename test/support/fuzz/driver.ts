import type { ValidateFunction } from 'ajv'
import fc from 'fast-check'
import type { Dice } from '../two-tenants/moves.ts'
import type { Row, World } from '../two-tenants/world.ts'
import type { Target } from './operations.ts'
import { strange } from './schema.ts'

/** One call of a fuzz run. */
export interface FuzzCall {
  readonly target: Target
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly text?: string
  /** Whether the documented schema refuses the body; undefined where there is none to judge. */
  readonly wrongBody?: boolean
}

/** What calls are made of. */
export interface Material {
  readonly dice: Dice
  readonly world: World
  /** The tenant that most of what is asked is about. */
  readonly home: string
  /** Further ids, by the name of the parameter. */
  readonly further: Readonly<Record<string, readonly string[]>>
  /** Good bodies, by `METHOD /path/*`. */
  readonly good: ReadonlyMap<string, unknown>
  readonly plain: (target: Target) => string
}

const tables: ReadonlyMap<string, Exclude<keyof World, 'events'>> = new Map(
  Object.entries({
    namespace_id: 'namespaces',
    resource_server_id: 'servers',
    role_id: 'roles',
    group_id: 'groups',
    role_binding_id: 'bindings',
    issuer_id: 'issuers',
    service_account_id: 'accounts',
    trust_policy_id: 'policies',
    secret_id: 'secrets',
    key_id: 'keys',
    token_id: 'tokens',
    subscription_id: 'subscriptions',
    pending_change_id: 'pending',
    pairing_code_id: 'codes',
  } as const),
)

const garbage = ['x', 'SA_0', 'sa_0', 'role_owner', '%00', '%2e%2e', 'a'.repeat(300), '0', '-', '*']

const sample = (dice: Dice, values: fc.Arbitrary<unknown>): unknown =>
  fc.sample(values, { numRuns: 1, seed: dice.upTo(2 ** 31) })[0]

const near = ({ dice, home }: Material, rows: readonly Row[]): Row | undefined => {
  const own = rows.filter(({ path }) => path === home || String(path).startsWith(`${home}/`))
  const among = own.length > 0 && dice.chance(85) ? own : rows
  return among.length === 0 ? undefined : dice.of(among)
}

const rowOf = (material: Material, parameter: string): Row | undefined => {
  const table = tables.get(parameter)
  return table === undefined ? undefined : near(material, material.world[table])
}

const idOf = (material: Material, parameter: string): string => {
  const others = Object.entries(material.further).find(([name]) => name === parameter)?.[1]
  if (others !== undefined && others.length > 0) return material.dice.of(others)
  return String(rowOf(material, parameter)?.id ?? `${parameter.split('_')[0]}_0`)
}

// The last parameter decides, and an account before it is the one that it belongs to.
const fillPath = (material: Material, path: string): { path: string; row: Row | undefined } => {
  const { dice } = material
  const names = [...path.matchAll(/\{([a-z_]+)\}/g)].map((match) => String(match[1]))
  const last = names.at(-1)
  const row = last === undefined ? undefined : rowOf(material, last)
  const filled = names.reduce((left, name) => {
    const own = name === last ? row?.id : row?.service_account_id
    const id = dice.chance(6) ? dice.of(garbage) : dice.chance(8) ? undefined : own
    return left.replace(`{${name}}`, String(id ?? idOf(material, name)))
  }, path)
  return { path: filled, row }
}

const pathIn = (material: Material): string =>
  material.dice.chance(8) ? '/' : String(near(material, material.world.namespaces)?.path ?? '/')

// References get a chance to mean something.
const enliven = (material: Material, value: unknown, name = ''): unknown => {
  const { dice } = material
  if (Array.isArray(value)) return value.map((item) => enliven(material, item, name))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        enliven(material, inner, key === 'id' && name === 'principal' ? 'service_account_id' : key),
      ]),
    )
  }
  if (typeof value !== 'string' || dice.chance(15)) return value
  const parameter = name === 'groups' ? 'group_id' : name.replace(/_ids$/, '_id')
  if (tables.has(parameter)) return idOf(material, parameter)
  if (name === 'namespace') return pathIn(material)
  if (name === 'path' && dice.chance(60)) return `${pathIn(material)}/n${dice.upTo(30)}`
  return value
}

const places = (value: unknown, at: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value !== 'object' || value === null
    ? [at]
    : [at, ...Object.entries(value).flatMap(([name, inner]) => places(inner, [...at, name]))]

const replaced = (value: unknown, at: readonly string[], by: unknown): unknown => {
  const [head, ...rest] = at
  if (head === undefined) return by
  if (Array.isArray(value)) {
    return value.map((item, i) => (String(i) === head ? replaced(item, rest, by) : item))
  }
  const object = value as Record<string, unknown>
  const inner = replaced(object[head], rest, by)
  const { [head]: _, ...others } = object
  return inner === undefined ? others : { ...object, [head]: inner }
}

/** Changes one place of a body: another value, none, or a member more. */
const spoil = ({ dice }: Material, body: unknown): unknown => {
  const at = dice.of(places(body))
  const way = dice.upTo(3)
  if (way === 0) return replaced(body, at, dice.of(strange))
  if (way === 1) return replaced(body, at.length === 0 ? at : at, undefined) ?? null
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? { ...body, [dice.of(['extra', 'id', 'version', 'constructor', 'toString', ''])]: 1 }
    : dice.of(strange)
}

const bodyOf = (material: Material, target: Target): unknown => {
  const { dice, good, plain } = material
  const known = good.get(plain(target))
  if (known !== undefined && dice.chance(45)) {
    const text = JSON.stringify(known).replaceAll('new', `n${dice.upTo(1e6)}`)
    return dice.chance(60) ? JSON.parse(text) : enliven(material, JSON.parse(text))
  }
  if (target.bodies === undefined) return undefined
  const drawn = enliven(material, sample(dice, target.bodies))
  if (known === undefined || typeof drawn !== 'object' || dice.chance(40)) return drawn
  // A good one with a member of the other.
  const [name, value] = dice.of(Object.entries(drawn ?? {})) ?? []
  return name === undefined ? drawn : { ...(known as object), [name]: value }
}

const raw = (dice: Dice, text: string): string =>
  dice.of([
    '',
    '[]',
    'null',
    '{',
    `${text},`,
    text.replace('{', '{"a":1,"a":2,'),
    text.replace('{', '{"__proto__":{"x":1},'),
    text.replace('{', '{"x":"\\ud800",'),
    `${'['.repeat(200)}${']'.repeat(200)}`,
    `{"x":"${'x'.repeat(70_000)}"}`,
    `{"x":[${Array.from({ length: 2500 }, (_, i) => i).join()}]}`,
    '\u0000',
    '1e999',
    '{"x":1e999}',
  ])

const headersOf = ({ dice }: Material, row: Row | undefined): Record<string, string> => {
  const version = `"${row?.version ?? 1}"`
  const match = dice.chance(70) ? version : dice.of(['"999"', '*', '', 'W/"1"', '"1', '"\u00ff"'])
  const key = dice.chance(50)
    ? `k${dice.upTo(20)}`
    : dice.of(['', ' ', 'x'.repeat(256), '\u00fc', 'a b', 'k'])
  return {
    ...(dice.chance(75) && { 'if-match': match }),
    ...(dice.chance(15) && { 'idempotency-key': key }),
    ...(dice.chance(10) && {
      accept: dice.of(['text/csv', '*/*', 'text/csv;q=0', 'x', 'text/html']),
    }),
    ...(dice.chance(3) && { 'content-encoding': dice.of(['gzip', 'identity', 'x']) }),
  }
}

const types = [
  'application/json',
  'application/merge-patch+json',
  'application/json; charset=utf-8',
]
const wrongTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'x',
  '',
  'multipart/form-data',
]

const asText = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()

const queryOf = (material: Material, { query }: Target): string => {
  const { dice } = material
  const asked = query
    .filter(() => dice.chance(35))
    .map(({ name, values }) => {
      const drawn = dice.chance(85) ? sample(dice, values) : dice.of(strange)
      return `${name}=${encodeURIComponent(asText(enliven(material, drawn, name)))}`
    })
  const odd = dice.chance(5)
    ? [dice.of(['x=1', 'limit=0', 'cursor=x.y', '%zz', 'limit=1&limit=2'])]
    : []
  return asked.length + odd.length === 0 ? '' : `?${[...asked, ...odd].join('&')}`
}

/** Makes one call of an operation: mostly what it is for, at times something else. */
export function makeCall(material: Material, target: Target): FuzzCall {
  const { dice } = material
  const { path, row } = fillPath(material, target.path)
  const whole = path + queryOf(material, target)
  const headers = headersOf(material, row)
  const drawn = bodyOf(material, target)
  if (drawn === undefined || dice.chance(2)) return { target, path: whole, headers }
  const body = dice.chance(25) ? spoil(material, drawn) : drawn
  const text = JSON.stringify(body) ?? 'null'
  const type = dice.chance(96) ? dice.of(types) : dice.of(wrongTypes)
  const typed = { ...headers, 'content-type': type }
  if (target.method === 'GET') return { target, path: whole, headers }
  if (dice.chance(5)) return { target, path: whole, headers: typed, text: raw(dice, text) }
  const wrongBody = target.acceptsBody === undefined ? undefined : !target.acceptsBody(body)
  return {
    target,
    path: whole,
    headers: typed,
    text,
    ...(wrongBody !== undefined && { wrongBody }),
  }
}

/** What is wrong with an answer by the document; null: nothing. */
export async function faultOf(call: FuzzCall, answer: Response): Promise<string | null> {
  const { status, headers } = answer
  const text = await answer.text()
  const said = `${status} ${text.slice(0, 1500)}`
  if (status >= 500) return said
  const unrouted = status === 404 && text.includes('there is no such collection')
  const documented = call.target.answers[String(status)]
  if (documented === undefined && !unrouted) return `undocumented: ${said}`
  const type = String(headers.get('content-type')).split(';')[0] ?? ''
  if (status >= 400) return problemFault(status, type, text)
  if (call.wrongBody === true && !headers.has('idempotent-replay')) {
    return `the schema refuses the body, and we take it: ${said}`
  }
  const media = documented ?? {}
  if (Object.keys(media).length === 0) return text === '' ? null : `no body expected: ${said}`
  if (!(type in media)) return `undocumented type ${type}: ${said}`
  const validate: ValidateFunction | null | undefined = media[type]
  if (!validate || !type.includes('json')) return null
  const isLines = type === 'application/x-ndjson'
  const texts = isLines ? text.split('\n').filter((line) => line !== '') : [text]
  if (texts.every((one) => validate(JSON.parse(one)))) return null
  return `${JSON.stringify(validate.errors?.slice(0, 3))} in ${said}`
}

const members = ['type', 'title', 'status', 'detail', 'errors', 'id']

const problemFault = (status: number, type: string, text: string): string | null => {
  if (type !== 'application/problem+json') return `no problem document: ${status} ${type} ${text}`
  const problem = JSON.parse(text) as Record<string, unknown>
  const errors = (problem.errors ?? []) as { pointer: unknown; detail: unknown }[]
  const good =
    Object.keys(problem).every((name) => members.includes(name)) &&
    /^\/problems\/[a-z-]+$/.test(String(problem.type)) &&
    problem.status === status &&
    typeof problem.title === 'string' &&
    typeof problem.detail === 'string' &&
    errors.every(({ pointer, detail }) => typeof pointer === 'string' && typeof detail === 'string')
  return good ? null : `no good problem: ${text}`
}
