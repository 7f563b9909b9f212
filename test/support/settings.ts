import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What every gateway of the tests is configured with. */
export const settings = {
  issuerUrl: 'https://gw.test',
  keyEncryptionKey: `1:${Buffer.alloc(32, 'gatehouse-test-kek').toString('base64url')}`,
  secretPepper: `1:${Buffer.alloc(32, 'gatehouse-test-pepper').toString('base64url')}`,
} as const

/** What `bootstrap` hands out, once. */
export interface RootCredentials {
  readonly client_id: string
  readonly client_secret: string
}

/** Where a test run keeps what it builds once: both bundles and a migrated database. */
export interface RunPaths {
  readonly productionBundle: string
  readonly testBundle: string
  readonly templateDatabase: string
  readonly rootCredentials: string
}

/** Names the files of a run in its directory. */
export function runPaths(directory: string): RunPaths {
  return {
    productionBundle: `${directory}/production/index.js`,
    testBundle: `${directory}/test-entry.js`,
    templateDatabase: `${directory}/template.db`,
    rootCredentials: `${directory}/root-credentials.json`,
  }
}
