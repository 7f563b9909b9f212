import { type Config, parseConfig } from './config.ts'
import type { Context } from './context.ts'
import type { Issuer } from './core/account-config.ts'
import { byTheClock } from './core/audit-actor.ts'
import { ok, type Result } from './core/result.ts'
import { sha256 } from './crypto/digest.ts'
import type { KeySource } from './crypto/key-fetch.ts'
import { newId } from './crypto/random.ts'
import { createSeal } from './crypto/seal.ts'
import { signWebhook } from './crypto/webhook-secret.ts'
import { presets } from './issuers/registry.ts'
import { log } from './log.ts'
import type { MailService } from './notify/email.ts'
import { createNotifier, type NotifierEnvironment } from './notify/notifier.ts'
import { startDeadline, within } from './patience.ts'
import { openDb, type Scribe } from './store/db.ts'
import { createKeySetCopies } from './store/exchange/key-set-kv.ts'
import { createReplayMemory, type KeyValueStore } from './store/exchange/replay-kv.ts'

/** The bindings that the platform gives beside the variables of `config.ts`. */
export interface Bindings {
  readonly REPLAY?: KeyValueStore
  /** Sends e-mail; without it notices leave by webhook alone. */
  readonly SEND_EMAIL?: MailService
  readonly FAILED_AUTH?: { limit(options: { key: string }): Promise<{ success: boolean }> }
}

/** What tells one entry from another. The deployed one has no freedoms at all. */
export interface Entry {
  /** Admits issuers and key sets on loopback, and an http `ISSUER_URL`. */
  readonly loopback: boolean
  /** Epoch milliseconds. */
  readonly clock: () => number
}

/** One request (or scheduled run) as the platform hands it over. */
export interface Occasion {
  readonly bindings: Bindings
  readonly source: string
  /** How long it may take, in milliseconds. */
  readonly patienceMs: number
  readonly waitUntil: (work: Promise<unknown>) => void
  /** True once the answer has left: deferred work has its own time. */
  readonly answered: () => boolean
}

const limiterMs = 250
const byId = new Map(presets.map((preset) => [preset.id, preset]))

// Parsed once per isolate: the platform hands every request the same bindings.
let parsed: { readonly bindings: unknown; readonly config: Result<Config, string> } | undefined

/** The configuration of these bindings, or the name of the variable that is wrong. */
export const configOf = (bindings: unknown, { loopback }: Entry): Result<Config, string> => {
  if (parsed !== undefined && parsed.bindings === bindings) return parsed.config
  const config = parseConfig(bindings, { loopback })
  parsed = { bindings, config }
  return config
}

const sourceOf =
  (config: Config, { loopback }: Entry) =>
  ({ issuer, jwksUri, preset }: Issuer): KeySource => ({
    issuer,
    jwksUri,
    loopback,
    allowedOrigins: [
      ...config.trustedJwksOrigins,
      ...((preset === null ? undefined : byId.get(preset))?.keySetOrigins ?? []),
    ],
  })

// Secrets are unguessable: without a limiter they are refused all the same (AC-388).
const countFailure =
  ({ FAILED_AUTH }: Bindings) =>
  async (key: string): Promise<boolean> => {
    try {
      const asked = FAILED_AUTH?.limit({ key }) ?? Promise.resolve({ success: true })
      return (await within(limiterMs, asked, () => ({ success: true }))).success
    } catch {
      return true
    }
  }

const notifierOf = (
  { issuerUrl, notifyFrom, keyEncryptionKeys }: Config,
  { loopback }: Entry,
  occasion: Pick<NotifierEnvironment, 'mail' | 'remainingMs'>,
) =>
  createNotifier({
    ...occasion,
    fetcher: fetch,
    loopback,
    ownOrigin: issuerUrl,
    from: notifyFrom,
    sign: (content, subscription) => signWebhook(content, subscription, keyEncryptionKeys),
  })

const addressOf = ({ libsqlUrl: url, libsqlAuthToken: authToken }: Config) => ({ url, authToken })

const scribeOf = (nowMs: number, source: string): Scribe => ({
  author: byTheClock(nowMs, source),
  newEventId: () => newId('evt', nowMs),
  sha256,
})

/** Builds the Context of one request. The only place that names engines. */
export const compose = (entry: Entry, occasion: Occasion): Result<Context, string> => {
  const config = configOf(occasion.bindings, entry)
  if (!config.ok) return config
  const { remainingMs, statementMs, extend } = startDeadline(occasion.patienceMs, occasion.answered)
  const nowMs = entry.clock()
  const seal = createSeal(config.value.keyEncryptionKeys)
  const defer = (work: Promise<unknown>) =>
    occasion.waitUntil(
      work.catch((thrown) => log({ event: 'deferred_failed', detail: `${thrown}` })),
    )
  return ok({
    config: config.value,
    db: openDb(addressOf(config.value), statementMs, scribeOf(nowMs, occasion.source)),
    replay: createReplayMemory(occasion.bindings.REPLAY, seal, Math.floor(nowMs / 1000)),
    keySets: {
      fetcher: fetch,
      now: Math.floor(nowMs / 1000),
      copies: createKeySetCopies(occasion.bindings.REPLAY, seal),
      sourceOf: sourceOf(config.value, entry),
      defer,
      alert: ({ id, issuer }, detail) =>
        log({ event: 'issuer_keys', issuer_id: id, issuer, detail }),
      remainingMs,
    },
    seal,
    notifier: notifierOf(config.value, entry, {
      mail: occasion.bindings.SEND_EMAIL,
      remainingMs,
    }),
    presets: byId,
    nowMs,
    source: occasion.source,
    loopback: entry.loopback,
    remainingMs,
    extendDeadline: extend,
    countFailure: countFailure(occasion.bindings),
    defer,
    log,
  })
}
