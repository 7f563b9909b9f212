import { type Context, nowSeconds } from '../../context.ts'
import { type Actor, holdsAdmin } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import type { Removal } from '../../core/removal.ts'
import { ok, type Result } from '../../core/result.ts'
import {
  foreseeAccount,
  foreseeBinding,
  foreseeCredential,
  foreseeGroup,
  foreseeIssuer,
  foreseePolicy,
  foreseeRole,
  foreseeServer,
} from '../../store/tree/removals.ts'
import * as accounts from '../accounts/service-accounts.ts'
import { changeable } from '../credentials/access.ts'
import * as keys from '../credentials/keys.ts'
import * as tokens from '../credentials/named-tokens.ts'
import * as secrets from '../credentials/secrets.ts'
import * as groups from '../groups/group-changes.ts'
import * as issuers from '../issuers/issuer-changes.ts'
import type { PartKey } from '../parts.ts'
import * as policies from '../policies/trust-policy-changes.ts'
import * as servers from '../resource-server-changes.ts'
import { isPlatform } from '../roles/role-bindings.ts'
import * as roles from '../roles/role-changes.ts'
import * as bindings from '../roles/role-unbinding.ts'

/** Something by its id and, if the caller cares, the version it has read. */
interface Versioned {
  readonly id: string
  readonly ifMatch: number | null
}

type Foresight = Promise<Result<Removal, Problem>>

// Who may not delete it may not ask either: the answer tells of what the asker might not see.
const foreseen = async <T>(
  found: Result<T, Problem>,
  look: (found: T) => Promise<Removal>,
): Foresight => (found.ok ? ok(await look(found.value)) : found)

/** What deleting an account would come to. Who may delete it is an owner who stays, where one must. */
export const ofAccount = async (context: Context, actor: Actor, which: Versioned): Foresight =>
  foreseen(await accounts.removable(context, actor, which), ({ id }) =>
    foreseeAccount(context.db, id, nowSeconds(context)),
  )

/** What deleting a role would come to. */
export const ofRole = async (context: Context, actor: Actor, which: Versioned): Foresight =>
  foreseen(await roles.removable(context, actor, which), ({ id }) =>
    foreseeRole(context.db, id, nowSeconds(context)),
  )

// Members of a group are named to who may read the accounts there, and root accounts to nobody else.
const naming = (removal: Removal, mayKnow: boolean): Removal =>
  mayKnow ? removal : { ...removal, wouldBreak: [] }

const mayRead = (actor: Actor, path: string) => holdsAdmin(actor, 'service-accounts:read', path)

/** What taking a role away would come to. */
export const ofBinding = async (context: Context, actor: Actor, which: Versioned): Foresight =>
  foreseen(await bindings.removable(context, actor, which), async (binding) => {
    const { groupId, principalPath } = binding
    const mayKnow = groupId === null ? !isPlatform(actor, binding) : mayRead(actor, principalPath)
    return naming(await foreseeBinding(context.db, binding, nowSeconds(context)), mayKnow)
  })

/** What deleting a group would come to. */
export const ofGroup = async (context: Context, actor: Actor, which: Versioned): Foresight =>
  foreseen(await groups.removable(context, actor, which), async ({ group }) => {
    const removal = await foreseeGroup(context.db, group.id, nowSeconds(context))
    return naming(removal, mayRead(actor, group.namespacePath))
  })

/** What deleting a resource server would come to. */
export const ofServer = async (context: Context, actor: Actor, which: Versioned): Foresight =>
  foreseen(await servers.findChangeable(context, actor, which), ({ id }) =>
    foreseeServer(context.db, id, nowSeconds(context)),
  )

/** What deleting an issuer would come to. */
export const ofIssuer = async (context: Context, actor: Actor, which: Versioned): Foresight =>
  foreseen(await issuers.findChangeable(context, actor, which), (issuer) =>
    foreseeIssuer(context.db, issuer, nowSeconds(context)),
  )

/** What deleting a trust policy would come to. */
export const ofPolicy = async (
  context: Context,
  actor: Actor,
  key: PartKey & Pick<Versioned, 'ifMatch'>,
): Foresight =>
  foreseen(await policies.current(context, actor, key), ({ policy }) =>
    foreseePolicy(context.db, policy, nowSeconds(context)),
  )

const finders = { secrets, keys, tokens } as const

/** What ending a secret, a key or a named token would come to. */
export const ofCredential = async (
  context: Context,
  actor: Actor,
  { kind, ...key }: PartKey & { readonly kind: keyof typeof finders },
): Foresight => {
  const account = await changeable(context, actor, key.accountId)
  if (!account.ok) return account
  return foreseen<{ readonly id: string }>(
    await finders[kind].find(context, actor, key),
    ({ id }) => foreseeCredential(context.db, { id, kind }, nowSeconds(context)),
  )
}
