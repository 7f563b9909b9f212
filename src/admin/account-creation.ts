import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import type { AdminPermission } from '../core/permission.ts'
import { invalidReference, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { PolicyDraft, TrustPolicy } from '../core/trust-policy.ts'
import { newClientSecret, newId } from '../crypto/random.ts'
import { hashSecret } from '../crypto/secret-hash.ts'
import { findNamespaceByPath, type Namespace } from '../store/namespaces.ts'
import { insertBinding, type RoleBinding } from '../store/role-bindings.ts'
import { type AccountRecord, addAccount, type NewSecret } from '../store/service-accounts.ts'
import { insertPolicy, maxPolicies } from '../store/trust-policies.ts'
import { refuseServers } from './account-servers.ts'
import { refuseUnless } from './actor.ts'
import { judgeDraft } from './policy-draft.ts'
import { prepareBinding, roleUnchanged } from './role-bindings.ts'

const dayMs = 86_400_000

/** What a new account is made of, and what is asked for beside it. */
export interface NewAccount {
  readonly namespace: string
  readonly name: string
  readonly displayName: string | null
  readonly description: string | null
  readonly kind: 'workload' | 'person'
  readonly grantTypes: readonly string[]
  readonly resourceServerIds: readonly string[] | null
  readonly maxTokenTtlSeconds: number | null
  readonly policies: readonly PolicyDraft[]
  readonly bindings: readonly { readonly roleId: string; readonly namespace: string }[]
  /** Null: no secret is asked for. */
  readonly secretDays: number | null
}

/** An account just made; the secret is in clear here, and only here. */
export interface CreatedAccount {
  readonly account: AccountRecord
  readonly policies: readonly TrustPolicy[]
  readonly bindings: readonly RoleBinding[]
  readonly secret: { readonly clear: string; readonly expiresAt: number } | null
}

const refuseCreation = (actor: Actor, wanted: NewAccount): Problem | null => {
  const needed: AdminPermission[] = ['service-accounts:write']
  if (wanted.policies.length > 0) needed.push('trust-policies:write')
  if (wanted.secretDays !== null) needed.push('credentials:write')
  const readable = refuseUnless(actor, 'service-accounts:read', wanted.namespace)
  if (readable !== null) return invalidReference('/namespace')
  for (const permission of needed) {
    const refused = refuseUnless(actor, permission, wanted.namespace)
    if (refused) return refused
  }
  return null
}

const refuseLife = ({ config }: Context, days: number | null): Problem | null => {
  if (days === null || days <= config.maxSecretDays) return null
  return problem('validation-failed', `secrets live at most ${config.maxSecretDays} days here`, [
    { pointer: '/client_credentials/expires_in_days', detail: `at most ${config.maxSecretDays}` },
  ])
}

const at = (prefix: string, { errors, ...rest }: Problem): Problem => ({
  ...rest,
  ...(errors && {
    errors: errors.map(({ pointer, detail }) => ({ pointer: `${prefix}${pointer}`, detail })),
  }),
})

const makePolicies = async (
  context: Context,
  wanted: NewAccount,
  accountId: string,
): Promise<Result<readonly TrustPolicy[], Problem>> => {
  if (wanted.policies.length > maxPolicies) {
    return err(problem('quota-exceeded', `an account has at most ${maxPolicies} trust policies`))
  }
  const policies: TrustPolicy[] = []
  for (const [i, draft] of wanted.policies.entries()) {
    const judged = await judgeDraft(context, wanted.namespace, draft)
    if (!judged.ok) return err(at(`/trust_policies/${i}`, judged.error))
    policies.push({
      ...draft,
      id: newId('tp', context.nowMs),
      version: 1,
      serviceAccountId: accountId,
      warnings: judged.value,
      createdAt: context.nowMs,
    })
  }
  return ok(policies)
}

const makeBindings = async (
  context: Context,
  actor: Actor,
  { wanted, accountId }: { readonly wanted: NewAccount; readonly accountId: string },
): Promise<Result<readonly RoleBinding[], Problem>> => {
  const bindings: RoleBinding[] = []
  for (const [i, { roleId, namespace }] of wanted.bindings.entries()) {
    const account = { id: accountId, namespacePath: wanted.namespace }
    const prepared = await prepareBinding(context, actor, { roleId, namespace, account })
    if (!prepared.ok) return err(at(`/role_bindings/${i}`, prepared.error))
    bindings.push(prepared.value)
  }
  return ok(bindings)
}

const makeSecret = async (
  { config, nowMs }: Context,
  accountId: string,
  days: number | null,
): Promise<{ readonly clear: string; readonly row: NewSecret } | null> => {
  if (days === null) return null
  const clear = newClientSecret()
  const row = {
    id: newId('sec', nowMs),
    serviceAccountId: accountId,
    ...(await hashSecret(clear, config.secretPeppers)),
    expiresAt: nowMs + days * dayMs,
    createdAt: nowMs,
  }
  return { clear, row }
}

const makeAccount = (context: Context, wanted: NewAccount, home: Namespace): AccountRecord => ({
  id: newId('sa', context.nowMs),
  clientId: newId('cli', context.nowMs),
  namespaceId: home.id,
  namespacePath: home.path,
  tenantId: home.tenantId,
  name: wanted.name,
  displayName: wanted.displayName,
  description: wanted.description,
  kind: wanted.kind,
  enabled: true,
  grantTypes: wanted.grantTypes,
  resourceServerIds: wanted.resourceServerIds,
  maxTokenTtlSeconds: wanted.maxTokenTtlSeconds,
  clientCredentials: wanted.secretDays !== null,
  version: 1,
  createdAt: context.nowMs,
  secrets: 0,
  secretsExpireAt: null,
})

/**
 * Makes an account with its policies, bindings and secret in one call and one transaction. Whoever
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
  const unfit =
    refuseLife(context, wanted.secretDays) ??
    (await refuseServers(context, wanted.namespace, wanted.resourceServerIds))
  if (unfit) return err(unfit)
  const policies = await makePolicies(context, wanted, account.id)
  if (!policies.ok) return policies
  const secret = await makeSecret(context, account.id, wanted.secretDays)
  const { namespacePath: _path, secrets: _count, secretsExpireAt: _expiry, ...row } = account
  const outcome = await addAccount(context.db, row, {
    guards: bindings.value.map((binding) => roleUnchanged(context.db, binding)),
    statements: [
      ...bindings.value.map((binding) => insertBinding(context.db, binding)),
      ...policies.value.map((policy) => insertPolicy(context.db, policy)),
    ],
    secret: secret?.row ?? null,
  })
  if (outcome.kind === 'guard') return err(invalidReference('/role_bindings'))
  if (outcome.kind === 'constraint') {
    return err(problem('name-taken', `there is an account ${wanted.name} in ${home.path} already`))
  }
  const expiresAt = secret?.row.expiresAt ?? null
  return ok({
    account: { ...account, secrets: secret ? 1 : 0, secretsExpireAt: expiresAt },
    policies: policies.value,
    bindings: bindings.value,
    secret: secret && { clear: secret.clear, expiresAt: secret.row.expiresAt },
  })
}
