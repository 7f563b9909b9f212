import type { Context } from '../../context.ts'
import type { WantedLife } from '../../core/credential-life.ts'
import type { Actor } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { AuthMethod } from '../../core/service-account.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import { newId } from '../../crypto/random.ts'
import type { AccountKeyRow } from '../../store/credentials/account-keys.ts'
import type { RoleBinding } from '../../store/roles/role-bindings.ts'
import type { StoredRole } from '../../store/roles/roles.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'
import type { Namespace } from '../../store/tree/namespaces.ts'
import { duplicateKid, type KeyDraft, makeKey, refuseKey } from '../credentials/key-draft.ts'
import { prepareBinding } from '../roles/role-binding-draft.ts'

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
  readonly authMethod: AuthMethod | null
  readonly policies: readonly PolicyDraft[]
  readonly bindings: readonly { readonly roleId: string; readonly namespace: string }[]
  readonly groupIds: readonly string[]
  /** Roles to be made beside it and bound where it lives; whoever asks has judged them. */
  readonly roles: readonly StoredRole[]
  readonly keys: readonly KeyDraft[]
  /** How long its first secret is to live; null: none is asked for. */
  readonly secret: WantedLife | null
}

/** A problem of a part of a body, its pointers from the whole body's root. */
export const at = (prefix: string, { errors, ...rest }: Problem): Problem => ({
  ...rest,
  ...(errors && {
    errors: errors.map(({ pointer, detail }) => ({ pointer: `${prefix}${pointer}`, detail })),
  }),
})

/** The bindings of a new account, each as its own `POST` would make it. */
export const makeBindings = async (
  context: Context,
  actor: Actor,
  { wanted, accountId }: { readonly wanted: NewAccount; readonly accountId: string },
): Promise<Result<readonly RoleBinding[], Problem>> => {
  const bindings: RoleBinding[] = []
  for (const [i, { roleId, namespace }] of wanted.bindings.entries()) {
    const { namespace: namespacePath } = wanted
    const principal = { type: 'service_account', id: accountId, namespacePath } as const
    const prepared = await prepareBinding(context, actor, { roleId, namespace, principal })
    if (!prepared.ok) return err(at(`/role_bindings/${i}`, prepared.error))
    bindings.push(prepared.value)
  }
  return ok(bindings)
}

/** The bindings of the roles that are made beside a new account, where it lives. */
export const bindNewRoles = (
  { nowMs }: Context,
  wanted: NewAccount,
  account: AccountRecord,
): readonly RoleBinding[] =>
  wanted.roles.map((role) => ({
    id: newId('rb', nowMs),
    roleId: role.id,
    namespaceId: account.namespaceId,
    namespacePath: account.namespacePath,
    serviceAccountId: account.id,
    groupId: null,
    roleName: role.name,
    roleVersion: role.version,
    version: 1,
    createdAt: nowMs,
  }))

/** The public keys of a new account, each as its own `POST` would register it. */
export const makeKeys = async (
  context: Context,
  wanted: NewAccount,
  accountId: string,
): Promise<Result<readonly AccountKeyRow[], Problem>> => {
  const keys: AccountKeyRow[] = []
  for (const [i, draft] of wanted.keys.entries()) {
    const made = await makeKey(context, accountId, draft)
    if (!made.ok) return err(at(`/keys/${i}`, made.error))
    const taken = keys.some(({ kid }) => kid === made.value.kid)
    if (taken) return err(at(`/keys/${i}`, refuseKey(draft, duplicateKid)))
    keys.push(made.value)
  }
  return ok(keys)
}

/** The account itself, with nothing beside it yet. */
export const makeAccount = (
  context: Context,
  wanted: NewAccount,
  home: Namespace,
): AccountRecord => ({
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
  clientCredentials: wanted.secret !== null,
  authMethod: wanted.authMethod,
  version: 1,
  createdAt: context.nowMs,
  secretExpiries: [],
  groupIds: [],
  roles: [],
})
