import { rootNamespaceId } from '../core/namespace.ts'
import { adminServerId, ownerRoleId } from '../core/permission.ts'
import { grantTypes } from '../core/service-account.ts'
import { type Db, reach } from './db.ts'

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
  const { nowMs } = account
  const insertAccount = {
    sql: `INSERT INTO service_accounts (id, client_id, namespace_id, tenant_id, name, display_name,
        grant_types, resource_server_ids, client_credentials, created_at)
      VALUES (?, ?, ?3, ?3, ?, 'Root account', ?, ?, 1, ?)`,
    args: [
      account.id,
      account.clientId,
      rootNamespaceId,
      account.name,
      JSON.stringify(grantTypes),
      JSON.stringify([adminServerId]),
      nowMs,
    ],
  }
  const bind = {
    sql: `INSERT INTO role_bindings (id, role_id, namespace_id, service_account_id, created_at)
      VALUES (?, ?, ?, ?, ?)`,
    args: [account.bindingId, ownerRoleId, rootNamespaceId, account.id, nowMs],
  }
  const secret = {
    sql: `INSERT INTO client_secrets (id, service_account_id, hash, pepper_version, expires_at,
        created_at) VALUES (?, ?, ?, ?, ?, ?)`,
    args: [
      account.secretId,
      account.id,
      account.hash,
      account.pepperVersion,
      account.secretExpiresAt,
      nowMs,
    ],
  }
  await reach(db, () => db.client.batch([insertAccount, bind, secret], 'write'))
}
