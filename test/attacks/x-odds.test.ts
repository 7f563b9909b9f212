import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { openDataDirectory } from '../../scripts/local/data-directory.ts'
import { parseConfig } from '../../src/config.ts'

test('the deployed entry sends the database token in clear over http', () => {
  const key = `1:${'A'.repeat(43)}`
  const variables = {
    ISSUER_URL: 'https://gw.example',
    LIBSQL_URL: 'http://db.example',
    LIBSQL_AUTH_TOKEN: 'secret',
    KEY_ENCRYPTION_KEY: key,
    SECRET_PEPPER: key,
  }
  expect(parseConfig(variables, { loopback: false })).toEqual({ ok: false, error: 'LIBSQL_URL' })
})

test('every version ever deployed stays reachable, with its holes, the secrets and the database', () => {
  // Preview URLs (<version>-gatehouse.<account>.workers.dev) follow workers_dev unless told otherwise.
  const wrangler = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8')
  expect(wrangler).toMatch(/^preview_urls = false$/m)
})

test('a data directory that was there before leaves the database to every user of the machine', async () => {
  const path = mkdtempSync(`${tmpdir()}/gatehouse-`)
  try {
    chmodSync(path, 0o755)
    await openDataDirectory(path)
    expect(statSync(path).mode & 0o077).toBe(0)
  } finally {
    rmSync(path, { recursive: true })
  }
})

test('any process, and any web page, may write to the local database without a token', () => {
  const source = new URL('../../scripts/local/gateway.ts', import.meta.url)
  const [call = ''] = /startHranaServer\([^)]*\)/.exec(readFileSync(source, 'utf8')) ?? []
  expect(call).toContain('token')
})
