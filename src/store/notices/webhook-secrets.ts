import { type Db, reach } from '../db.ts'

/** The wrapped secret of a subscription. */
export interface WrappedWebhookSecret {
  readonly id: string
  readonly wrappedSecret: string
}

/** Secrets whose text does not begin so, of the subscriptions after one, in order. */
export const listWebhookSecrets = (
  db: Db,
  {
    unlike,
    after,
    limit,
  }: { readonly unlike: string; readonly after: string; readonly limit: number },
): Promise<readonly WrappedWebhookSecret[]> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({
      sql: `SELECT id, wrapped_secret FROM notification_subscriptions
        WHERE id > ?1 AND substr(wrapped_secret, 1, ?2) <> ?3 ORDER BY id LIMIT ?4`,
      args: [after, unlike.length, unlike, limit],
    })
    return rows.map((row) => ({ id: String(row.id), wrappedSecret: String(row.wrapped_secret) }))
  })

/** Replaces wrapped secrets that are as they were read. What they wrap stays, so no version moves. */
export const replaceWebhookSecrets = async (
  db: Db,
  changes: readonly { readonly from: WrappedWebhookSecret; readonly wrappedSecret: string }[],
): Promise<void> => {
  const statements = changes.map(({ from, wrappedSecret }) => ({
    sql: `UPDATE notification_subscriptions SET wrapped_secret = ?1
      WHERE id = ?2 AND wrapped_secret = ?3`,
    args: [wrappedSecret, from.id, from.wrappedSecret],
  }))
  if (statements.length > 0) await reach(db, () => db.client.batch(statements, 'write'))
}
