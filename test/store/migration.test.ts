import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@libsql/client/http'
import { drizzle } from 'drizzle-orm/libsql/http'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateDatabase } from '../../scripts/database/provision.ts'
import { type HranaServer, startHranaServer } from '../../scripts/hrana/listen.ts'
import { settings } from '../support/settings.ts'
import { row } from './database.ts'

const migrations = fileURLToPath(new URL('../../drizzle', import.meta.url))

let folder: string
let server: HranaServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-migration-'))
  server = await startHranaServer({ file: join(folder, 'test.db'), synchronous: 'OFF' })
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

interface Journal {
  readonly entries: readonly { readonly idx: number }[]
}

/** The migrations as they were before one of them was written. */
const before = async (idx: number): Promise<string> => {
  const copy = join(folder, 'drizzle')
  await cp(migrations, copy, { recursive: true })
  const file = join(copy, 'meta/_journal.json')
  const journal = JSON.parse(await readFile(file, 'utf8')) as Journal
  const entries = journal.entries.filter((entry) => entry.idx < idx)
  await writeFile(file, JSON.stringify({ ...journal, entries }))
  return copy
}

test('bindings made before there were groups are there afterwards, with what hangs on them', async () => {
  const client = createClient({ url: server.url })
  await migrate(drizzle({ client }), { migrationsFolder: await before(6) })
  const made = { created_at: 5 }
  const binding = {
    id: 'rb_old',
    role_id: 'role_old',
    namespace_id: 'ns_acme',
    service_account_id: 'sa_old',
    version: 3,
    ...made,
  }
  await client.batch(
    [
      row('namespaces', {
        id: 'ns_acme',
        path: '/acme',
        parent_id: 'ns_root',
        tenant_id: 'ns_acme',
        kind: 'company',
        ...made,
      }),
      row('resource_servers', {
        id: 'rs_old',
        namespace_id: 'ns_acme',
        identifier: 'https://old.test',
        name: 'old',
        permissions: '["a"]',
        token_ttl_seconds: 600,
        ...made,
      }),
      row('roles', {
        id: 'role_old',
        namespace_id: 'ns_acme',
        name: 'old',
        resource_server_id: 'rs_old',
        permissions: '["a"]',
        ...made,
      }),
      row('service_accounts', {
        id: 'sa_old',
        client_id: 'cli_old',
        namespace_id: 'ns_acme',
        tenant_id: 'ns_acme',
        name: 'old',
        grant_types: '[]',
        ...made,
      }),
      row('role_bindings', binding),
    ],
    'write',
  )
  await migrateDatabase({ libsqlUrl: server.url, ...settings })
  const { rows } = await client.execute(`SELECT * FROM role_bindings WHERE id = 'rb_old'`)
  expect(rows.map((each) => ({ ...each }))).toEqual([{ ...binding, group_id: null }])
  const again = { ...binding, id: 'rb_twice' }
  await expect(client.execute(row('role_bindings', again))).rejects.toThrow(/UNIQUE/)
  await client.execute(`DELETE FROM service_accounts WHERE id = 'sa_old'`)
  const { rows: left } = await client.execute(`SELECT count(*) AS n FROM role_bindings`)
  expect(left[0]?.n).toBe(0)
})
