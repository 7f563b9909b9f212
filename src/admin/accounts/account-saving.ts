import type { Context } from '../../context.ts'
import { isAtOrBelow } from '../../core/namespace.ts'
import { invalidReference, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { TrustPolicy } from '../../core/trust-policy.ts'
import type { NamedRole } from '../../store/account-standing.ts'
import { type AccountKeyRow, insertKey } from '../../store/credentials/account-keys.ts'
import { insertSecret } from '../../store/credentials/client-secrets.ts'
import { boundAsJudged } from '../../store/groups/group-bindings.ts'
import { insertMember } from '../../store/groups/group-members.ts'
import { isUndemanded } from '../../store/pending/demands.ts'
import { roomForBindings } from '../../store/roles/binding-room.ts'
import { insertBinding, roleUnchanged } from '../../store/roles/role-binding-changes.ts'
import type { RoleBinding } from '../../store/roles/role-bindings.ts'
import { insertRole, permissionsKnown } from '../../store/roles/roles.ts'
import { type AccountRecord, addAccount } from '../../store/service-accounts.ts'
import { insertPolicy } from '../../store/trust-policies.ts'
import { type MadeSecret, type ShownSecret, showWith } from '../credentials/new-secret.ts'
import type { Memberships } from '../groups/memberships.ts'
import { type WarnedBinding, warn } from '../roles/binding-warnings.ts'
import { tooManyBindings } from '../roles/role-binding-draft.ts'
import { changedMeanwhile } from '../visible.ts'
import { bindNewRoles, type NewAccount } from './account-parts.ts'
import { approvalRequired } from './account-policies.ts'

/** An account just made; the secret is in clear here, and only here. */
export interface CreatedAccount {
  readonly account: AccountRecord
  readonly policies: readonly TrustPolicy[]
  readonly bindings: readonly WarnedBinding[]
  readonly keys: readonly AccountKeyRow[]
  readonly secret: ShownSecret | null
}

/** All that an account is made of, judged. */
export interface AccountParts extends Omit<CreatedAccount, 'secret' | 'bindings'> {
  readonly bindings: readonly RoleBinding[]
  readonly secret: MadeSecret | null
  readonly memberships: Memberships
}

const detailsOf = ({ account, policies, bindings, keys, secret, memberships }: AccountParts) => ({
  clientId: account.clientId,
  trustPolicies: policies.map(({ id, name }) => ({ id, name })),
  roleBindings: bindings.map(({ id, roleId, namespacePath: at }) => ({
    id,
    role_id: roleId,
    namespace: at,
  })),
  groups: memberships.groupIds,
  keys: keys.map(({ id, kid }) => ({ id, kid })),
  clientSecret: secret !== null,
})

// As the account will be read again: each role once, and only where it counts.
const rolesOf = ({ account, bindings, memberships }: AccountParts): readonly NamedRole[] => {
  const named = [...bindings, ...memberships.judged]
    .filter(({ namespacePath }) => isAtOrBelow(namespacePath, account.namespacePath))
    .map(({ roleId, roleName: name, namespacePath }) => ({ roleId, name, namespacePath }))
  const key = ({ namespacePath, name, roleId }: NamedRole) => `${namespacePath} ${name} ${roleId}`
  const byKey = new Map(named.map((role) => [key(role), role]))
  return [...byKey.keys()].sort().flatMap((each) => byKey.get(each) ?? [])
}

const guardsOf = ({ db }: Context, wanted: NewAccount, parts: AccountParts) => [
  ...parts.bindings.map((binding) => roleUnchanged(db, binding)),
  ...wanted.roles.map((role) => permissionsKnown(db, role)),
]

const membersOf = ({ db }: Context, { account, memberships }: AccountParts) => {
  const { groupIds, judged } = memberships
  const { id: serviceAccountId, createdAt } = account
  return {
    guards: groupIds.map((groupId) => boundAsJudged(db, groupId, judged)),
    statements: groupIds.map((groupId) =>
      insertMember(db, { groupId, serviceAccountId, createdAt }),
    ),
  }
}

// Whether policies need another owner's word was judged before; the demand may have come since.
const demandGuards = ({ db }: Context, { account, policies }: AccountParts) =>
  policies.length === 0 ? [] : [isUndemanded(db, account.namespacePath)]

// The first is the namespace, then come those of roles, of groups, of a demand, and last the limit.
const refusalAt = (index: number, groups: readonly (readonly unknown[])[]): Problem => {
  const refusals = [invalidReference('/role_bindings'), changedMeanwhile, approvalRequired]
  let end = 0
  for (const [i, { length }] of groups.entries()) {
    end += length
    if (index <= end) return refusals[i] ?? changedMeanwhile
  }
  return tooManyBindings
}

/** Saves an account with all that it is made of, in one transaction. */
export const saveAccount = async (
  context: Context,
  wanted: NewAccount,
  judged: AccountParts,
): Promise<Result<CreatedAccount, Problem>> => {
  const { db } = context
  const added = bindNewRoles(context, wanted, judged.account)
  const bindings = await warn(context, [...judged.bindings, ...added])
  const parts = { ...judged, bindings }
  const { account, secret, policies, keys } = parts
  const guards = guardsOf(context, wanted, judged)
  const members = membersOf(context, parts)
  const demands = demandGuards(context, parts)
  const outcome = await addAccount(db, account, {
    details: detailsOf(parts),
    guards: [...guards, ...members.guards, ...demands],
    statements: [
      ...wanted.roles.map((role) => insertRole(db, role)),
      ...bindings.map((binding) => insertBinding(db, binding)),
      ...policies.map((policy) => insertPolicy(db, policy)),
      ...keys.map((key) => insertKey(db, key)),
      ...(secret === null ? [] : [insertSecret(db, secret.row)]),
      ...members.statements,
    ],
    limits: roomForBindings(db, { accountIds: [account.id], groupIds: [] }),
  })
  if (outcome.kind === 'guard') {
    return err(refusalAt(outcome.index, [guards, members.guards, demands]))
  }
  if (outcome.kind === 'constraint') {
    const taken = `there is an account ${wanted.name} in ${account.namespacePath} already`
    return err(problem('name-taken', taken))
  }
  const secretExpiries = secret === null ? [] : [secret.row.expiresAt]
  const { groupIds } = parts.memberships
  return ok({
    account: { ...account, secretExpiries, groupIds, roles: rolesOf(parts) },
    policies,
    bindings,
    keys,
    secret: secret && showWith(secret, account),
  })
}
