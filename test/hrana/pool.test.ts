import { describe, expect, it, onTestFinished } from 'vitest'
import type { Connection } from '../../scripts/hrana/connection.ts'
import { ConnectionPool } from '../../scripts/hrana/pool.ts'
import { readStatements } from '../../scripts/hrana/statement.ts'
import { newDatabaseFile } from './support/databases.ts'

function openPool(): ConnectionPool {
  const pool = new ConnectionPool({ file: newDatabaseFile(), synchronous: 'OFF' })
  onTestFinished(() => pool.close())
  return pool
}

function run(connection: Connection, sql: string): void {
  for (const statement of readStatements(sql)) {
    const { native, returnsRows } = connection.prepare(statement)
    if (returnsRows) native.all([])
    else native.run([])
  }
}

describe('ConnectionPool', () => {
  it.each(['SELECT 1', 'CREATE TABLE t (a); INSERT INTO t VALUES (1)', 'BEGIN; COMMIT'])(
    'gives a connection to the next one after %j',
    (sql) => {
      const pool = openPool()
      const connection = pool.acquire()
      run(connection, sql)
      pool.release(connection)
      expect(pool.acquire()).toBe(connection)
    },
  )

  it.each(['BEGIN', 'SAVEPOINT x', 'PRAGMA foreign_keys = 0', 'CREATE TABLE temp.t (a)'])(
    'closes a connection after %j',
    (sql) => {
      const pool = openPool()
      const connection = pool.acquire()
      run(connection, sql)
      pool.release(connection)
      expect(pool.acquire()).not.toBe(connection)
    },
  )

  it('closes a connection on which a statement is stuck', () => {
    const pool = openPool()
    const connection = pool.acquire()
    connection.markBroken()
    pool.release(connection)
    expect(pool.acquire()).not.toBe(connection)
  })

  it('never gives one connection to two', () => {
    const pool = openPool()
    const [first, second] = [pool.acquire(), pool.acquire()]
    expect(first).not.toBe(second)
    pool.release(first)
    pool.release(second)
    expect(new Set([pool.acquire(), pool.acquire()])).toEqual(new Set([first, second]))
  })

  it('prepares a statement once for each connection', () => {
    const pool = openPool()
    const connection = pool.acquire()
    const [statement] = readStatements('SELECT 1')
    const [pragma] = readStatements('PRAGMA foreign_keys')
    if (statement === undefined || pragma === undefined) throw new Error('no statement')
    expect(connection.prepare(statement)).toBe(connection.prepare(statement))
    expect(connection.prepare(pragma)).not.toBe(connection.prepare(pragma))
  })
})
