import { fileURLToPath } from 'node:url'
import { migrate } from 'drizzle-orm/libsql/migrator'
import type { Config } from '../../src/config.ts'
import type { Author } from '../../src/core/audit-actor.ts'
import { sha256 } from '../../src/crypto/digest.ts'
import { newClientSecret, newId } from '../../src/crypto/random.ts'
import { hashSecret } from '../../src/crypto/secret-hash.ts'
import { generateSigningKey } from '../../src/crypto/signing-keys.ts'
import { provideBuiltIns } from '../../src/store/built-ins.ts'
import { type Db, openDb } from '../../src/store/db.ts'
import { addRootAccount } from '../../src/store/root-account.ts'
import { addFirstSigningKey } from '../../src/store/signing-keys.ts'
import { configFrom, type DatabaseEnvironment } from './environment.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url))
const dayMs = 86_400_000
// A migration may take a while; nobody waits at a door for it.
const statementMs = 60_000

/** The credentials of a new root account, shown this once (RFC 7591 names). */
export interface RootCredentials {
  readonly client_id: string
  readonly client_secret: string
  /** Epoch seconds. */
  readonly client_secret_expires_at: number
  readonly token_endpoint: string
}

/** Opens the database as its operator. */
export const connect = (
  { libsqlUrl: url, libsqlAuthToken: authToken }: Config,
  { action, nowMs }: Pick<Author, 'action' | 'nowMs'>,
): Db =>
  openDb({ url, authToken }, () => statementMs, {
    author: {
      actor: { type: 'operator' },
      action,
      requestId: null,
      source: null,
      userAgent: null,
      nowMs,
    },
    newEventId: () => newId('evt', nowMs),
    sha256,
  })

const bringUp = async (db: Db, config: Config): Promise<void> => {
  const nowMs = Date.now()
  await migrate(db.orm, { migrationsFolder })
  await provideBuiltIns(db, nowMs)
  const key = await generateSigningKey(config.signingAlgorithm, config.keyEncryptionKeys)
  await addFirstSigningKey(db, key, nowMs)
}

const addRoot = async (db: Db, config: Config): Promise<RootCredentials> => {
  const nowMs = Date.now()
  const secret = newClientSecret()
  const id = newId('sa', nowMs)
  const clientId = newId('cli', nowMs)
  const secretExpiresAt = nowMs + config.maxSecretDays * dayMs
  await addRootAccount(db, {
    id,
    clientId,
    name: `root-${id.slice(3, 13)}-${id.slice(-6)}`,
    bindingId: newId('rb', nowMs),
    secretId: newId('sec', nowMs),
    ...(await hashSecret(secret, config.secretPeppers)),
    secretExpiresAt,
    nowMs,
  })
  return {
    client_id: clientId,
    client_secret: secret,
    client_secret_expires_at: Math.floor(secretExpiresAt / 1000),
    token_endpoint: `${config.issuerUrl}/oauth/token`,
  }
}

/** Applies the migrations, puts the built-ins in place, and makes the first signing key. */
export const migrateDatabase = async (environment: DatabaseEnvironment): Promise<void> => {
  const config = configFrom(environment)
  await bringUp(connect(config, { action: 'migrate', nowMs: Date.now() }), config)
}

/** Migrates, then makes a root account. Each call adds one. */
export const provision = async (environment: DatabaseEnvironment): Promise<RootCredentials> => {
  const config = configFrom(environment)
  const db = connect(config, { action: 'bootstrap', nowMs: Date.now() })
  await bringUp(db, config)
  return addRoot(db, config)
}
