import type { AccountBinding, AccountConfig, ResourceServer } from './account-config.ts'
import { type Holder, heldRoles, impliedServersOf } from './holding.ts'
import { liveAccount } from './judgement.ts'
import { isAtOrBelow } from './namespace.ts'
import type { ServiceAccount } from './service-account.ts'
import { type Bar, barredFrom, permissionsOf } from './target.ts'

/** Why an account can have no token at all now. */
export type AccountObstacle = 'account_disabled' | 'account_suspended'

/** Why a binding gives nothing now. */
export type BindingObstacle = 'above_account' | 'namespace_suspended'

/** What one binding gives. */
export interface EffectiveBinding<Binding> {
  readonly binding: Binding
  /** Whether tokens carry it now, when nothing else narrows them. */
  readonly counts: boolean
  readonly obstacles: readonly BindingObstacle[]
  readonly permissions: readonly string[]
  /** The namespace of whose APIs it implies every permission, to hand out; null: it implies none. */
  readonly impliesServersOf: string | null
}

/** What an account may do at a namespace and below. */
export interface EffectivePlace<Binding> {
  readonly namespaceId: string
  readonly namespacePath: string
  /** Those that count now. */
  readonly permissions: readonly string[]
  readonly bindings: readonly EffectiveBinding<Binding>[]
}

/** What an account may do with one API. */
export interface EffectiveServer<Binding> {
  readonly server: ResourceServer
  readonly obstacles: readonly Bar[]
  readonly places: readonly EffectivePlace<Binding>[]
}

/** What an account may do where, and through which binding. */
export interface EffectiveAccess<Binding> {
  readonly account: ServiceAccount
  readonly obstacles: readonly AccountObstacle[]
  readonly servers: readonly EffectiveServer<Binding>[]
}

/** The part of a configuration that decides what tokens carry. */
export type AccessConfig<Binding extends AccountBinding> = Holder<Binding> &
  Pick<AccountConfig, 'namespaceEnabled' | 'resourceServers'> & { readonly account: ServiceAccount }

interface Verdict {
  readonly live: boolean
  readonly held: ReadonlySet<AccountBinding>
  readonly account: ServiceAccount
}

const accountObstacles = (
  config: Parameters<typeof liveAccount>[0],
): readonly AccountObstacle[] => {
  const live = liveAccount(config)
  if (live.ok) return []
  return [live.error === 'suspended' ? 'account_suspended' : 'account_disabled']
}

const bindingObstacles = (
  { namespacePath, enabled }: AccountBinding,
  home: string,
): readonly BindingObstacle[] => [
  ...(isAtOrBelow(namespacePath, home) ? [] : (['above_account'] as const)),
  ...(enabled ? [] : (['namespace_suspended'] as const)),
]

const judge = <Binding extends AccountBinding>(
  binding: Binding,
  server: ResourceServer,
  { live, held, account }: Verdict,
): EffectiveBinding<Binding> => {
  const permissions = permissionsOf(binding, server)
  const barred = barredFrom(account, server) !== null
  return {
    binding,
    counts: live && !barred && held.has(binding) && permissions.length > 0,
    obstacles: bindingObstacles(binding, account.namespacePath),
    permissions,
    impliesServersOf: impliedServersOf(binding),
  }
}

const byPath = (a: AccountBinding, b: AccountBinding): number => {
  if (a.namespacePath === b.namespacePath) return a.id < b.id ? -1 : 1
  return a.namespacePath < b.namespacePath ? -1 : 1
}

const toPlace = <Binding extends AccountBinding>(
  bindings: readonly EffectiveBinding<Binding>[],
): EffectivePlace<Binding>[] => {
  const [first] = bindings
  if (first === undefined) return []
  const counting = bindings.filter(({ counts }) => counts)
  const permissions = new Set(counting.flatMap((each) => each.permissions))
  const { namespaceId, namespacePath } = first.binding
  return [{ namespaceId, namespacePath, permissions: [...permissions].toSorted(), bindings }]
}

/**
 * What an account may do where, and through which binding: what its tokens carry unless a policy or a
 * request asks for less. Judged by the rules of an exchange itself.
 */
export const effectiveAccess = <Binding extends AccountBinding>(
  config: AccessConfig<Binding>,
): EffectiveAccess<Binding> => {
  const { account, bindings } = config
  const obstacles = accountObstacles(config)
  const verdict = { live: obstacles.length === 0, held: new Set(heldRoles(config)), account }
  const servers = config.resourceServers.map((server) => {
    const own = bindings.filter(({ resourceServerId }) => resourceServerId === server.id)
    const judged = own.toSorted(byPath).map((binding) => judge(binding, server, verdict))
    const places = Map.groupBy(judged, ({ binding }) => binding.namespacePath)
    const bar = barredFrom(account, server)
    return {
      server,
      obstacles: bar === null ? [] : [bar],
      places: [...places.values()].flatMap(toPlace),
    }
  })
  return { account, obstacles, servers }
}
