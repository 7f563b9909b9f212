import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import type { RootCredentials } from '../database/provision.ts'

/** What the keys of a local gateway are kept as. */
export interface Secrets {
  readonly key_encryption_key: string
  readonly secret_pepper: string
}

/** Where a local gateway keeps everything that survives a restart. */
export interface DataDirectory {
  readonly database: string
  readonly kv: string
  readonly secrets: Secrets
  /** The `iss` of the last start, if there was one. */
  readonly lastIssuer: string | undefined
  readonly credentialsFile: string
  /** Undefined on the first start. */
  readonly credentials: RootCredentials | undefined
  keepCredentials(credentials: RootCredentials): Promise<void>
  keepIssuer(issuer: string): Promise<void>
}

// What is in these files opens every door of the gateway: they are for their owner only.
const keep = (file: string, value: unknown): Promise<void> =>
  writeFile(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })

const read = async <T>(file: string): Promise<T | undefined> =>
  existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as T) : undefined

const newKey = (): string => `1:${randomBytes(32).toString('base64url')}`

/** Opens a data directory, and makes it with its keys on the first start. */
export const openDataDirectory = async (path: string): Promise<DataDirectory> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
  const files = {
    secrets: `${path}/secrets.json`,
    credentials: `${path}/root-credentials.json`,
    settings: `${path}/settings.json`,
  }
  const known = await read<Secrets>(files.secrets)
  const secrets = known ?? { key_encryption_key: newKey(), secret_pepper: newKey() }
  if (known === undefined) await keep(files.secrets, secrets)
  const settings = await read<{ issuer_url: string }>(files.settings)
  return {
    database: `${path}/gatehouse.db`,
    kv: `${path}/kv`,
    secrets,
    lastIssuer: settings?.issuer_url,
    credentialsFile: files.credentials,
    credentials: await read<RootCredentials>(files.credentials),
    keepCredentials: (credentials) => keep(files.credentials, credentials),
    keepIssuer: (issuer_url) => keep(files.settings, { issuer_url }),
  }
}
