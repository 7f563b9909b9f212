import { type Config, parseConfig } from '../../src/config.ts'

/** The variables that reach a database and its keys; the same values as the Worker's. */
export interface DatabaseEnvironment {
  readonly libsqlUrl: string
  readonly libsqlAuthToken?: string | undefined
  readonly keyEncryptionKey: string
  readonly secretPepper: string
  readonly issuerUrl: string
}

/** Parses the variables as the Worker would; ends with the name of the one that is wrong. */
export const configFrom = (environment: DatabaseEnvironment): Config => {
  const parsed = parseConfig(
    {
      ...process.env,
      LIBSQL_URL: environment.libsqlUrl,
      LIBSQL_AUTH_TOKEN: environment.libsqlAuthToken,
      KEY_ENCRYPTION_KEY: environment.keyEncryptionKey,
      SECRET_PEPPER: environment.secretPepper,
      ISSUER_URL: environment.issuerUrl,
    },
    { loopback: true },
  )
  if (!parsed.ok)
    throw new Error(
      `${parsed.error} is missing or malformed; docs/operations.md says what it must be`,
    )
  return parsed.value
}

/** Reads the variables from the process environment. */
export const fromProcess = (): DatabaseEnvironment => ({
  libsqlUrl: process.env.LIBSQL_URL ?? '',
  libsqlAuthToken: process.env.LIBSQL_AUTH_TOKEN,
  keyEncryptionKey: process.env.KEY_ENCRYPTION_KEY ?? '',
  secretPepper: process.env.SECRET_PEPPER ?? '',
  issuerUrl: process.env.ISSUER_URL ?? '',
})
