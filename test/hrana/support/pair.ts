import { type Client, createClient as createFileClient, LibsqlBatchError } from '@libsql/client'
import { createClient as createHttpClient } from '@libsql/client/http'
import type { IntMode, ResultSet } from '@libsql/core/api'
import { expect, onTestFinished } from 'vitest'
import { newDatabaseFile, startServer } from './databases.ts'

/** The same database twice: opened by the client itself, and behind the server. */
export type Pair = { readonly file: Client; readonly http: Client }

/** What both sides made of one call. */
export type Both<Value> = { readonly file: Value; readonly http: Value }

/** What a caller can tell of a refusal, without the server's prefixes. */
export type Refusal = {
  readonly kind: string
  readonly code: unknown
  readonly statementIndex: number | undefined
  readonly message: string
}

const SCHEMA = `
  CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0)
  );
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE RESTRICT,
    note TEXT
  );
  CREATE TABLE anything (value);
  INSERT INTO account (id, name, balance) VALUES (1, 'ada', 10), (2, 'bob', 20);
`

/** Opens both sides with the same rows in them. */
export async function openPair(intMode: IntMode = 'number'): Promise<Pair> {
  const server = await startServer()
  const file = createFileClient({ url: `file:${newDatabaseFile()}`, intMode })
  const http = createHttpClient({ url: server.url, intMode })
  onTestFinished(() => {
    file.close()
    http.close()
  })
  await file.executeMultiple(SCHEMA)
  await http.executeMultiple(SCHEMA)
  return { file, http }
}

/** Makes the same call on both sides and expects the same outcome; returns both. */
export async function expectSame<Value>(
  pair: Pair,
  call: (client: Client) => Promise<Value>,
): Promise<Both<Value>> {
  const both = { file: await call(pair.file), http: await call(pair.http) }
  expect(plain(both.http)).toEqual(plain(both.file))
  return both
}

/** Makes a call that both sides must refuse in the same way; returns the refusal. */
export async function expectSameRefusal(
  pair: Pair,
  call: (client: Client) => Promise<unknown>,
): Promise<Refusal> {
  const { file, http } = await refusals(pair, call)
  expect(http).toEqual(file)
  return http
}

/** Makes a call that both sides must refuse, each in its own way. */
export async function refusals(
  pair: Pair,
  call: (client: Client) => Promise<unknown>,
): Promise<Both<Refusal>> {
  return { file: await refusalOf(call(pair.file)), http: await refusalOf(call(pair.http)) }
}

async function refusalOf(outcome: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await outcome.then(
    (value) => expect.fail(`expected a refusal, got ${JSON.stringify(plain(value))}`),
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw error
  const code = 'code' in error ? error.code : undefined
  return {
    kind: error.constructor.name,
    code,
    statementIndex: error instanceof LibsqlBatchError ? error.statementIndex : undefined,
    message: error.message.replaceAll(`${code}: `, '').replace(/^SQLite error: /, ''),
  }
}

// The file client reports no counts with rows, and the rowid of an earlier insert with every
// other statement; what the server says instead has tests of its own.
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isResultSet(value)) return value
  const { columns, columnTypes, rows, rowsAffected } = value
  return {
    columns,
    columnTypes,
    rows: rows.map((row) => columns.map((_name, index) => plainValue(row[index]))),
    named: rows.map((row) => Object.entries(row).map(([name, cell]) => [name, plainValue(cell)])),
    rowsAffected: columns.length > 0 ? 'not compared' : rowsAffected,
  }
}

function plainValue(value: unknown): unknown {
  return value instanceof ArrayBuffer ? `blob ${Buffer.from(value).toString('hex')}` : value
}

function isResultSet(value: unknown): value is ResultSet {
  return typeof value === 'object' && value !== null && 'columnTypes' in value
}
