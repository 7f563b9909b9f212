import { rootNamespaceId } from '../core/namespace.ts'
import { adminServerId, ownerRoleId } from '../core/permission.ts'
import { rootPlace } from '../core/place.ts'
import { grantTypes } from '../core/service-account.ts'
import { commit } from './audit/trail.ts'
import type { Db } from './db.ts'
import { roleBindings, serviceAccounts } from './schema/accounts.ts'
import { clientSecrets } from './schema/credentials.ts'

/** A root account to be made, with the digest of its first secret. Times in milliseconds. */
export interface NewRootAccount {
  readonly id: string
  readonly clientId: string
  readonly name: string
  readonly bindingId: string
  readonly secretId: string
  readonly hash: string
  readonly pepperVersion: number
  readonly secretExpiresAt: number
  readonly nowMs: number
}

/** Makes a root account that owns `/` and can administer only; all of it or nothing. */
export const addRootAccount = async (db: Db, account: NewRootAccount): Promise<void> => {
  const { nowMs, id } = account
  const at = { namespaceId: rootNamespaceId, createdAt: nowMs }
  const { name, clientId } = account
  await commit(db, { place: rootPlace, happening: { target: id, details: { name, clientId } } }, [
    db.orm.insert(serviceAccounts).values({
      ...at,
      id,
      clientId,
      tenantId: rootNamespaceId,
      name,
      displayName: 'Root account',
      grantTypes,
      resourceServerIds: [adminServerId],
      clientCredentials: true,
    }),
    db.orm
      .insert(roleBindings)
      .values({ ...at, id: account.bindingId, roleId: ownerRoleId, serviceAccountId: id }),
    db.orm.insert(clientSecrets).values({
      id: account.secretId,
      serviceAccountId: id,
      hash: account.hash,
      pepperVersion: account.pepperVersion,
      expiresAt: account.secretExpiresAt,
      createdAt: nowMs,
    }),
  ])
}
