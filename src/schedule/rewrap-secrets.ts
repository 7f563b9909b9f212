import type { Context } from '../context.ts'
import { rewrapWebhookSecret } from '../crypto/webhook-secret.ts'
import { newestMark } from '../crypto/wrapping.ts'
import {
  listWebhookSecrets,
  replaceWebhookSecrets,
  type WrappedWebhookSecret,
} from '../store/notices/webhook-secrets.ts'
import type { Duty } from './duty.ts'

const bite = 100
const leastMs = 6000

const rewrap = async ({ db, config }: Context, secrets: readonly WrappedWebhookSecret[]) => {
  const wrapped = await Promise.all(
    secrets.map((secret) => rewrapWebhookSecret(secret, config.keyEncryptionKeys)),
  )
  const changes = secrets.flatMap((from, i) => {
    const wrappedSecret = wrapped[i]
    return wrappedSecret === undefined ? [] : [{ from, wrappedSecret }]
  })
  await replaceWebhookSecrets(db, changes)
  return changes.length
}

/**
 * Wraps secrets of webhooks by the newest key-encryption key, so that older ones can be retired. Their
 * subscribers know them, so unlike our signing keys they are not replaced.
 */
export const rewrapSecrets: Duty = {
  name: 'rewrap_secrets',
  run: async (context) => {
    const unlike = newestMark(context.config.keyEncryptionKeys)
    const counts = { rewrapped: 0, unreadable: 0 }
    let after = ''
    while (context.remainingMs() > leastMs) {
      const secrets = await listWebhookSecrets(context.db, { unlike, after, limit: bite })
      const done = await rewrap(context, secrets)
      counts.rewrapped += done
      counts.unreadable += secrets.length - done
      after = secrets.at(-1)?.id ?? after
      if (secrets.length < bite) break
    }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  },
}
