import type { Situation } from './moves.ts'
import type { Row } from './world.ts'

type Document = Readonly<Record<string, unknown>>

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

const named = ({ path, name }: Row) => ({ namespace: String(path), name: String(name) })

const listOf = (document: Document, name: string): Record<string, unknown>[] =>
  (document[name] as Record<string, unknown>[] | undefined) ?? []

type Edit = (document: Document, situation: Situation) => Document

const anyRow = ({ world, dice, own, other }: Situation, kind: 'accounts' | 'groups' | 'roles') => {
  const side = dice.chance(90) ? own : other
  const rows = world[kind].filter(({ path }) => `${path}/`.startsWith(`${side.path}/`))
  return rows.length === 0 ? { path: '/nowhere', name: 'nobody' } : dice.of(rows)
}

const withMore = (document: Document, name: string, item: unknown): Document => ({
  ...document,
  [name]: [...listOf(document, name), item],
})

const changed = (
  document: Document,
  name: string,
  { dice }: Situation,
  change: (item: Record<string, unknown>) => Record<string, unknown>,
): Document => {
  const items = listOf(document, name)
  const at = dice.upTo(items.length)
  return { ...document, [name]: items.map((item, i) => (i === at ? change(item) : item)) }
}

const edits: readonly Edit[] = [
  (document, situation) => {
    const { dice } = situation
    const role = anyRow(situation, 'roles')
    const server = situation.world.servers.find(({ id }) => id === role.resource_server_id)
    const kind = dice.chance(75) ? 'accounts' : 'groups'
    return withMore(document, 'role_bindings', {
      role: dice.chance(50)
        ? dice.of(['owner', 'deployer', 'viewer'])
        : { ...named(role), resource_server: String(server?.identifier) },
      namespace: dice.chance(60) ? document.namespace : String(anyRow(situation, 'accounts').path),
      principal: {
        type: kind === 'accounts' ? 'service_account' : 'group',
        ...named(anyRow(situation, kind)),
      },
    })
  },
  (document, situation) =>
    changed(document, 'groups', situation, (group) => ({
      ...group,
      members: [...(group.members as unknown[]), named(anyRow(situation, 'accounts'))],
    })),
  (document, situation) =>
    changed(document, 'roles', situation, (role) => ({
      ...role,
      permissions: situation.dice.of([
        ['deploy:read', 'deploy:write'],
        ['role-bindings:write', 'roles:write'],
        ['credentials:write', 'service-accounts:write'],
      ]),
    })),
  (document, situation) =>
    changed(document, 'service_accounts', situation, (account) => ({
      ...account,
      ...situation.dice.of<object>([
        { enabled: situation.dice.chance(70) },
        { resource_servers: null },
        { client_credentials: { enabled: true } },
        { trust_policies: listOf(document, 'service_accounts')[0]?.trust_policies },
        { namespace: document.namespace },
      ]),
    })),
  (document, situation) =>
    changed(document, 'issuers', situation, (issuer) => ({
      ...issuer,
      jwks: { keys: [situation.dice.of(situation.jwks)] },
      enabled: true,
    })),
  (document, { dice, own }) =>
    withMore(document, 'service_accounts', {
      namespace: document.namespace,
      name: `doc${dice.upTo(20)}-${own.mark}`,
      ...(dice.chance(50) && {
        trust_policies: listOf(document, 'service_accounts').flatMap(
          ({ trust_policies: policies }) => policies ?? [],
        ),
      }),
    }),
  (document, situation) => {
    const lists = Object.keys(document).filter((name) => Array.isArray(document[name]))
    const name = situation.dice.of(lists)
    return { ...document, [name]: listOf(document, name).slice(1) }
  },
  (document, situation) => {
    const lists = Object.keys(document).filter((name) => Array.isArray(document[name]))
    const { [situation.dice.of(lists)]: _, ...rest } = document
    return rest
  },
]

/** Changes a document as somebody might who wants more than they hold. */
export function editDocument(document: unknown, situation: Situation): unknown {
  const { dice } = situation
  const times = 1 + dice.upTo(2)
  return Array.from({ length: times }).reduce<Document>(
    (left) => dice.of(edits)(left, situation),
    copy(document as Document),
  )
}
