import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import type { AdminPermission } from '../core/permission.ts'
import { invalidReference, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { TrustPolicy } from '../core/trust-policy.ts'
import { type AccountKeyRow, insertKey } from '../store/credentials/account-keys.ts'
import { insertSecret } from '../store/credentials/client-secrets.ts'
import { findNamespaceByPath } from '../store/namespaces.ts'
import { insertBinding, roleUnchanged } from '../store/role-binding-changes.ts'
import type { RoleBinding } from '../store/role-bindings.ts'
import { insertRole, permissionsKnown } from '../store/roles.ts'
import { type AccountRecord, addAccount } from '../store/service-accounts.ts'
import { insertPolicy } from '../store/trust-policies.ts'
import {
  at,
  bindNewRoles,
  makeAccount,
  makeBindings,
  makeKeys,
  makePolicies,
  type NewAccount,
} from './account-parts.ts'
import { refuseServers } from './account-servers.ts'
import { refuseUnless } from './actor.ts'
import {
  type MadeSecret,
  makeSecret,
  type ShownSecret,
  showWith,
} from './credentials/new-secret.ts'

/** An account just made; the secret is in clear here, and only here. */
export interface CreatedAccount {
  readonly account: AccountRecord
  readonly policies: readonly TrustPolicy[]
  readonly bindings: readonly RoleBinding[]
  readonly keys: readonly AccountKeyRow[]
  readonly secret: ShownSecret | null
}

const refuseCreation = (actor: Actor, wanted: NewAccount): Problem | null => {
  const needed: AdminPermission[] = ['service-accounts:write']
  if (wanted.policies.length > 0) needed.push('trust-policies:write')
  if (wanted.secret !== null || wanted.keys.length > 0) needed.push('credentials:write')
  const readable = refuseUnless(actor, 'service-accounts:read', wanted.namespace)
  if (readable !== null) return invalidReference('/namespace')
  for (const permission of needed) {
    const refused = refuseUnless(actor, permission, wanted.namespace)
    if (refused) return refused
  }
  return null
}

const makeFirstSecret = async (
  context: Context,
  accountId: string,
  life: NewAccount['secret'],
): Promise<Result<MadeSecret | null, Problem>> => {
  if (life === null) return ok(null)
  const made = await makeSecret(context, accountId, life)
  return made.ok ? made : err(at('/client_credentials', made.error))
}

type Parts = Omit<CreatedAccount, 'secret'> & { readonly secret: MadeSecret | null }

const save = async (
  context: Context,
  wanted: NewAccount,
  { secret, ...parts }: Parts,
): Promise<Result<CreatedAccount, Problem>> => {
  const { db } = context
  const { namespacePath, secretExpiries: _expiries, ...row } = parts.account
  const bindings = [...parts.bindings, ...bindNewRoles(context, wanted, parts.account)]
  const outcome = await addAccount(
    db,
    { ...row, namespacePath },
    {
      details: {
        clientId: row.clientId,
        trustPolicies: parts.policies.map(({ id, name }) => ({ id, name })),
        roleBindings: bindings.map(({ id, roleId, namespacePath: at }) => ({ id, roleId, at })),
        keys: parts.keys.map(({ id, kid }) => ({ id, kid })),
        clientSecret: secret !== null,
      },
      guards: [
        ...parts.bindings.map((binding) => roleUnchanged(db, binding)),
        ...wanted.roles.map((role) => permissionsKnown(db, role)),
      ],
      statements: [
        ...wanted.roles.map((role) => insertRole(db, role)),
        ...bindings.map((binding) => insertBinding(db, binding)),
        ...parts.policies.map((policy) => insertPolicy(db, policy)),
        ...parts.keys.map((key) => insertKey(db, key)),
        ...(secret === null ? [] : [insertSecret(db, secret.row)]),
      ],
    },
  )
  if (outcome.kind === 'guard') return err(invalidReference('/role_bindings'))
  if (outcome.kind === 'constraint') {
    const taken = `there is an account ${wanted.name} in ${namespacePath} already`
    return err(problem('name-taken', taken))
  }
  const secretExpiries = secret === null ? [] : [secret.row.expiresAt]
  return ok({
    ...parts,
    account: { ...parts.account, secretExpiries },
    bindings,
    secret: secret && showWith(secret, parts.account),
  })
}

/**
 * Makes an account with its policies, bindings, keys and secret in one call and one transaction. Whoever
 * calls must hold all that the account will hold.
 */
export const create = async (
  context: Context,
  actor: Actor,
  wanted: NewAccount,
): Promise<Result<CreatedAccount, Problem>> => {
  const refused = refuseCreation(actor, wanted)
  if (refused) return err(refused)
  const home = await findNamespaceByPath(context.db, wanted.namespace)
  if (home === undefined) return err(invalidReference('/namespace'))
  const account = makeAccount(context, wanted, home)
  const bindings = await makeBindings(context, actor, { wanted, accountId: account.id })
  if (!bindings.ok) return bindings
  const secret = await makeFirstSecret(context, account.id, wanted.secret)
  if (!secret.ok) return secret
  const unfit = await refuseServers(context, wanted.namespace, wanted.resourceServerIds)
  if (unfit) return err(unfit)
  const policies = await makePolicies(context, wanted, account.id)
  if (!policies.ok) return policies
  const keys = await makeKeys(context, wanted, account.id)
  if (!keys.ok) return keys
  return save(context, wanted, {
    account,
    policies: policies.value,
    bindings: bindings.value,
    keys: keys.value,
    secret: secret.value,
  })
}
