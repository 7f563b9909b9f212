import type { InStatement } from '@libsql/client/http'
import { rootNamespaceId, rootPath } from '../core/namespace.ts'
import {
  adminIdentifier,
  adminPermissions,
  adminServerId,
  builtInRoles,
} from '../core/permission.ts'
import { type Db, reach } from './db.ts'

const root = (nowMs: number): InStatement => ({
  sql: `INSERT INTO namespaces (id, path, parent_id, tenant_id, kind, created_at)
    VALUES (?1, ?2, NULL, ?1, 'root', ?3) ON CONFLICT DO NOTHING`,
  args: [rootNamespaceId, rootPath, nowMs],
})

const adminServer = (nowMs: number): InStatement => ({
  sql: `INSERT INTO resource_servers (id, namespace_id, identifier, name, permissions,
      token_ttl_seconds, created_at) VALUES (?, ?, ?, 'Gatehouse', ?, 600, ?)
    ON CONFLICT (id) DO UPDATE SET permissions = excluded.permissions`,
  args: [adminServerId, rootNamespaceId, adminIdentifier, JSON.stringify(adminPermissions), nowMs],
})

const role = ({ id, name, permissions }: (typeof builtInRoles)[number], nowMs: number) => ({
  sql: `INSERT INTO roles (id, namespace_id, name, resource_server_id, permissions, created_at)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET permissions = excluded.permissions`,
  args: [id, rootNamespaceId, name, adminServerId, JSON.stringify(permissions), nowMs],
})

// A release may add permissions to the built-in roles: whatever was cached must be read again.
const moveOn: InStatement = {
  sql: 'UPDATE namespaces SET config_version = config_version + 1 WHERE id = ?',
  args: [rootNamespaceId],
}

/** Puts the built-ins (`/`, the admin API, its roles) in place, or up to date. Repeatable. */
export const provideBuiltIns = async (db: Db, nowMs: number): Promise<void> => {
  const roles = builtInRoles.map((builtIn) => role(builtIn, nowMs))
  await reach(db, () =>
    db.client.batch([root(nowMs), adminServer(nowMs), ...roles, moveOn], 'write'),
  )
}
