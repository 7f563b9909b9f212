import { spawn } from 'node:child_process'
import { ROOT, settings } from './settings.ts'

/** What `npm run audit:verify` said. */
export interface Verified {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Runs `npm run audit:verify` as an operator would, on this database. */
export async function runAuditVerify(url: string, ...args: string[]): Promise<Verified> {
  const child = spawn(process.execPath, [`${ROOT}scripts/audit-verify.ts`, ...args], {
    env: {
      ...process.env,
      LIBSQL_URL: url,
      KEY_ENCRYPTION_KEY: settings.keyEncryptionKey,
      SECRET_PEPPER: settings.secretPepper,
      ISSUER_URL: settings.issuerUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const code = await new Promise<number | null>((done) => child.on('close', done))
  return { code, output, errors }
}
