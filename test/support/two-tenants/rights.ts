import type { Row, World } from './world.ts'

/** One permission of an API at a path; `implied` ones are for handing out only. */
export interface Right {
  readonly server: string
  readonly permission: string
  readonly path: string
}

const isBelow = (path: string, above: string): boolean =>
  above === '/' || path === above || path.startsWith(`${above}/`)

const tenantOf = (path: string): string => `/${path.split('/')[1]}`

const IMPLIED = 'implied'

/**
 * Reads from the rows, and from nothing of ours, what an account holds: through its own bindings and
 * through those of its groups, where it lives and below. Its ceiling takes nothing away from that.
 */
export function rightsOf(world: World, accountId: unknown): readonly Right[] {
  const account = world.accounts.find(({ id }) => id === accountId)
  if (account === undefined) return []
  const groups = world.members
    .filter(({ service_account_id: member }) => member === accountId)
    .map(({ group_id: group }) => group)
  const mine = ({ service_account_id: sa, group_id: group }: Row) =>
    sa === accountId || groups.includes(group)
  return world.bindings
    .filter((binding) => mine(binding) && isBelow(String(binding.path), String(account.path)))
    .flatMap((binding) => {
      const role = world.roles.find(({ id }) => id === binding.role_id)
      const path = String(binding.path)
      const listed = JSON.parse(String(role?.permissions ?? '[]')) as string[]
      const rights = listed.map((permission) => ({
        server: String(role?.resource_server_id),
        permission,
        path,
      }))
      const implies = role?.id === 'role_owner' || role?.id === 'role_deployer'
      const implied = { server: IMPLIED, permission: String(role?.id), path }
      return implies ? [...rights, implied] : rights
    })
}

/** Whether somebody with these rights holds another. */
export function covers(world: World, held: readonly Right[], right: Right): boolean {
  const server = world.servers.find(({ id }) => id === right.server)
  return held.some((mine) => {
    if (!isBelow(right.path, mine.path)) return false
    if (mine.server === right.server && mine.permission === right.permission) return true
    if (mine.server !== IMPLIED) return false
    if (right.server === IMPLIED) return mine.permission === 'role_owner'
    if (server === undefined || right.server === 'rs_admin') return false
    return tenantOf(String(server.path)) === tenantOf(mine.path)
  })
}

const lacking = (world: World, held: readonly Right[], rights: readonly Right[]) =>
  rights.filter((right) => !covers(world, held, right))

// Whatever lets somebody act as an account, as text: what is new in it was made or opened.
const controls = (world: World, account: Row): ReadonlySet<string> => {
  const of = ({ service_account_id: id }: Row) => id === account.id
  const policies = world.policies.filter(of)
  const issuers = world.issuers.filter(
    (issuer) =>
      isBelow(String(account.path), String(issuer.path)) &&
      policies.some((policy) => policy.issuer === issuer.issuer),
  )
  return new Set([
    ...policies.map((row) =>
      JSON.stringify([row.id, row.issuer, row.audience, row.bound_claims, row.enabled, row.scope]),
    ),
    ...issuers.map((row) => JSON.stringify([row.id, row.jwks, row.jwks_uri, row.enabled])),
    ...[...world.secrets, ...world.keys, ...world.tokens]
      .filter(of)
      .map((row) => JSON.stringify([row.id, row.hash ?? null, row.expires_at])),
    JSON.stringify([
      account.enabled,
      account.grant_types,
      account.resource_server_ids,
      account.client_credentials,
    ]),
  ])
}

/**
 * What an acknowledged call of an actor gave to anybody that the actor did not hold before it: rights
 * handed out, and ways to act as an account that holds more. Empty, or somebody broke out.
 */
export function gained(before: World, after: World, actorId: string): readonly unknown[] {
  const held = rightsOf(before, actorId)
  return after.accounts.flatMap((account) => {
    const rights = rightsOf(after, account.id)
    const was = before.accounts.find(({ id }) => id === account.id)
    const had = rightsOf(before, account.id)
    const more = rights.filter((right) => !covers(after, had, right))
    const known = was === undefined ? new Set<string>() : controls(before, was)
    const opened = [...controls(after, account)].filter((control) => !known.has(control))
    const isMine = account.id === actorId
    const excess = [
      ...lacking(after, held, more).map((right) => ({ to: account.id, right })),
      ...(opened.length === 0
        ? []
        : lacking(after, held, rights).map((right) => ({ actingAs: account.id, right, opened }))),
      ...(isMine ? opened.map((control) => ({ itself: control })) : []),
    ]
    return excess
  })
}
