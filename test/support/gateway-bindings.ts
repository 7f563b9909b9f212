import type { MiniflareWorker } from './outbound.ts'
import { settings } from './settings.ts'

export type Bindings = NonNullable<MiniflareWorker['config']['env']>

/** Binds what production binds, changed by `changes`; null leaves a binding out. */
export function bindings(
  libsqlUrl: string,
  changes: Readonly<Record<string, Bindings[string] | null>> = {},
): Bindings {
  const simple = { limit: 20, period: 60 as const }
  const ours: Readonly<Record<string, Bindings[string] | null>> = {
    ISSUER_URL: text(settings.issuerUrl),
    LIBSQL_URL: text(libsqlUrl),
    KEY_ENCRYPTION_KEY: text(settings.keyEncryptionKey),
    SECRET_PEPPER: text(settings.secretPepper),
    // A test makes in seconds what a person makes in days.
    CHANGES_PER_MINUTE: text('1000000'),
    REPLAY: { type: 'kv', id: 'REPLAY' },
    FAILED_AUTH: { type: 'rate-limit', namespace: '1001', simple },
    ...changes,
  }
  return Object.fromEntries(
    Object.entries(ours).filter((entry): entry is [string, Bindings[string]] => entry[1] !== null),
  )
}

/** A variable or secret. */
export function text(value: string): Bindings[string] {
  return { type: 'text', value }
}
