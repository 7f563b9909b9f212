import type { Context } from '../../context.ts'
import { invalidReference, type Problem } from '../../core/problem.ts'
import { findVisibleServers } from '../../store/resource-servers.ts'

/** Whether every resource server of a ceiling is visible from the account's namespace. */
export const refuseServers = async (
  context: Context,
  namespacePath: string,
  ids: readonly string[] | null,
): Promise<Problem | null> => {
  if (ids === null || ids.length === 0) return null
  const visible = new Set(await findVisibleServers(context.db, namespacePath, ids))
  const missing = ids.findIndex((id) => !visible.has(id))
  return missing < 0 ? null : invalidReference(`/resource_server_ids/${missing}`)
}
