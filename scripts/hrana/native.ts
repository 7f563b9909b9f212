import Database from 'libsql'

/** A value as the native module gives and takes it, with integers as bigint and reals as number. */
export type SqlValue = null | bigint | number | string | Uint8Array

/** The part of a native prepared statement that the server uses. */
export type NativeStatement = {
  readonly reader: boolean
  raw(on: boolean): unknown
  safeIntegers(on: boolean): unknown
  columns(): { readonly name: string; readonly type: string | null }[]
  all(values: readonly SqlValue[]): SqlValue[][]
  get(values: readonly SqlValue[]): SqlValue[] | undefined
  run(values: readonly SqlValue[]): unknown
}

/** The part of a native database handle that the server uses. */
export type NativeDatabase = {
  readonly inTransaction: boolean
  prepare(sql: string): NativeStatement
  exec(sql: string): unknown
  close(): unknown
}

/**
 * Opens a SQLite file, creating it when it is not there.
 * Native calls block the event loop, so SQLite itself never waits for a lock: timeout 0.
 */
export function openNative(file: string): NativeDatabase {
  return new Database(file, { timeout: 0 }) as unknown as NativeDatabase
}
