import { type Context, nowSeconds } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { rootNamespaceId, rootPath } from '../../core/namespace.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type AuthMethod, grantTypes } from '../../core/service-account.ts'
import { slugOf } from '../../core/slug.ts'
import { deleteAccount } from '../../store/account-changes.ts'
import { deleteRolesMadeWith } from '../../store/account-roles.ts'
import type { StoredRole } from '../../store/roles/roles.ts'
import { findAccountOfClient } from '../../store/service-accounts.ts'
import { refuseUnless } from '../actor.ts'
import { refuseActingAs } from '../handing-out.ts'
import { lastOwner } from '../roles/owners.ts'
import { refuseUnlessOwner } from '../visible.ts'
import { type CreatedAccount, create as createAccount } from './account-creation.ts'
import type { NewAccount } from './account-parts.ts'
import { makeRootRoles } from './root-roles.ts'

/** The audience that Mia-Platform's clients put into their assertions, whoever they ask. */
const legacyAudience = 'console-client-credentials'

/** A root account as Mia-Platform's clients ask for it. */
export interface NewRootAccount {
  readonly name: string
  readonly authMethod: AuthMethod
  /** PEM, of a public key or a certificate; null unless the account signs assertions. */
  readonly publicKey: string | null
  /** Of the resource servers of `/`. */
  readonly permissions: readonly string[]
}

const nameless = problem('validation-failed', 'no name can be made of this one', [
  { pointer: '/name', detail: 'expected at least one letter from a to z, or a digit' },
])

const toNewAccount = (
  wanted: NewRootAccount,
  name: string,
  roles: readonly StoredRole[],
): NewAccount => ({
  namespace: rootPath,
  name,
  displayName: wanted.name,
  description: null,
  kind: 'workload',
  grantTypes,
  resourceServerIds: null,
  maxTokenTtlSeconds: null,
  authMethod: wanted.authMethod,
  policies: [],
  bindings: [],
  groupIds: [],
  roles,
  keys:
    wanted.publicKey === null
      ? []
      : [
          {
            source: { pem: wanted.publicKey },
            algorithm: null,
            assertionAudience: legacyAudience,
            expiresAt: null,
          },
        ],
  secret: wanted.publicKey === null ? { inDays: null, at: null } : null,
})

// What is said of an account's parts, in the words of this API's body.
const inTheirWords = (refused: Problem, name: string): Problem => {
  if (refused.slug === 'name-taken') {
    return problem('name-taken', `there is an account ${name} in / already`, [
      { pointer: '/name', detail: `it comes to ${name}, which is taken: choose another` },
    ])
  }
  const errors = refused.errors?.map(({ pointer, detail }) => ({
    pointer: pointer.startsWith('/keys/') ? '/publicKey' : '/permissions',
    detail,
  }))
  return { ...refused, ...(errors && { errors }) }
}

/**
 * Makes a root account as Mia-Platform's API does: in `/`, with one role for each resource server
 * that its permissions belong to, all in one transaction. Only owners of `/` may.
 */
export const create = async (
  context: Context,
  actor: Actor,
  wanted: NewRootAccount,
): Promise<Result<CreatedAccount, Problem>> => {
  const refused =
    refuseUnlessOwner(actor, rootPath) ??
    refuseUnless(actor, 'service-accounts:write', rootPath) ??
    refuseUnless(actor, 'credentials:write', rootPath)
  if (refused) return err(refused)
  const name = slugOf(wanted.name)
  const roles = await makeRootRoles(context, actor, wanted.permissions)
  if (!roles.ok) return roles
  if (name === '') return err(nameless)
  const made = await createAccount(context, actor, toNewAccount(wanted, name, roles.value))
  return made.ok ? made : err(inTheirWords(made.error, name))
}

/** Deletes a root account, and the roles that were made with it unless others have them too. */
export const remove = async (
  context: Context,
  actor: Actor,
  clientId: string,
): Promise<Result<null, Problem>> => {
  const forbidden =
    refuseUnlessOwner(actor, rootPath) ?? refuseUnless(actor, 'service-accounts:write', rootPath)
  if (forbidden) return err(forbidden)
  const account = await findAccountOfClient(context.db, clientId)
  if (account === undefined || account.namespaceId !== rootNamespaceId) return err(notFound)
  const refused = await refuseActingAs(context, actor, account)
  if (refused) return err(refused)
  const outcome = await deleteAccount(context.db, account, {
    keepOwnersOf: [rootNamespaceId],
    now: nowSeconds(context),
    after: [deleteRolesMadeWith(context.db, account)],
  })
  return outcome.kind === 'done' ? ok(null) : err(lastOwner)
}
