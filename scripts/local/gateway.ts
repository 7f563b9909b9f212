import { randomBytes } from 'node:crypto'
import { Miniflare } from 'miniflare'
import { migrateDatabase, provision, type RootCredentials } from '../database/provision.ts'
import { startHranaServer } from '../hrana/listen.ts'
import type { DataDirectory } from './data-directory.ts'
import { bundleWorker, localWorker, scheduledPath, text } from './workers.ts'

/** A gateway on this machine: the development entry in workerd, on embedded libSQL. */
export interface LocalGateway {
  readonly url: string
  readonly credentials: RootCredentials
  /** True when this start made the root account. */
  readonly isNew: boolean
  /** Does what the platform's clock makes a deployed one do. */
  runSchedule(): Promise<void>
  close(): Promise<void>
}

const provideRoot = async (
  data: DataDirectory,
  environment: Parameters<typeof provision>[0],
): Promise<{ credentials: RootCredentials; isNew: boolean }> => {
  if (data.credentials !== undefined) {
    await migrateDatabase(environment)
    const token_endpoint = `${environment.issuerUrl}/oauth/token`
    return { credentials: { ...data.credentials, token_endpoint }, isNew: false }
  }
  const credentials = await provision(environment)
  await data.keepCredentials(credentials)
  return { credentials, isNew: true }
}

const ready = async (url: string): Promise<void> => {
  const response = await fetch(`${url}/readyz`)
  if (response.status !== 200) throw new Error(`not ready: ${await response.text()}`)
}

const strike = async (url: string): Promise<void> => {
  await fetch(`${url}${scheduledPath}`)
}

/** Starts the gateway on 127.0.0.1. Everything it keeps is in the data directory. */
export const startLocalGateway = async (
  data: DataDirectory,
  { port, log }: { readonly port: number; readonly log: (line: string) => void },
): Promise<LocalGateway> => {
  const issuerUrl = `http://127.0.0.1:${port}`
  // Any page in a browser can send requests to this machine; only who knows the token is answered.
  const token = randomBytes(32).toString('base64url')
  const database = await startHranaServer({ file: data.database, token })
  const { key_encryption_key: keyEncryptionKey, secret_pepper: secretPepper } = data.secrets
  const environment = {
    libsqlUrl: database.url,
    libsqlAuthToken: token,
    issuerUrl,
    keyEncryptionKey,
    secretPepper,
  }
  const { credentials, isNew } = await provideRoot(data, environment)
  await data.keepIssuer(issuerUrl)
  const worker = localWorker('gatehouse', await bundleWorker('scripts/dev-worker.ts'), {
    ISSUER_URL: text(issuerUrl),
    LIBSQL_URL: text(database.url),
    LIBSQL_AUTH_TOKEN: text(token),
    KEY_ENCRYPTION_KEY: text(keyEncryptionKey),
    SECRET_PEPPER: text(secretPepper),
    REPLAY: { type: 'kv', id: 'REPLAY' },
    FAILED_AUTH: { type: 'rate-limit', namespace: '1001', simple: { limit: 20, period: 60 } },
  })
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port,
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
    unsafeTriggerHandlers: true,
    handleStructuredLogs: ({ message }) => log(message),
    resourcePersistencePath: data.kv,
    workers: [worker],
  })
  await miniflare.ready
  await ready(issuerUrl)
  return {
    url: issuerUrl,
    credentials,
    isNew,
    runSchedule: () => strike(issuerUrl),
    close: async () => {
      await miniflare.dispose()
      await database.close()
    },
  }
}
