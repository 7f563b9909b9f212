import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { StreamExpiredError } from '../../scripts/hrana/errors.ts'
import { ConnectionPool } from '../../scripts/hrana/pool.ts'
import { StreamRegistry } from '../../scripts/hrana/stream-registry.ts'
import { newDatabaseFile } from './support/databases.ts'

const IDLE_MS = 10_000

function openRegistry(): { pool: ConnectionPool; streams: StreamRegistry } {
  vi.useFakeTimers()
  const pool = new ConnectionPool({ file: newDatabaseFile(), synchronous: 'OFF' })
  onTestFinished(() => pool.close())
  return { pool, streams: new StreamRegistry(pool, IDLE_MS) }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('StreamRegistry', () => {
  it('closes a stream once it has been idle for long enough', () => {
    const { streams } = openRegistry()
    const stream = streams.open()
    const baton = streams.park(stream)
    vi.advanceTimersByTime(IDLE_MS - 1)
    expect(stream.isClosed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(stream.isClosed).toBe(true)
    expect(() => streams.resume(baton)).toThrow(StreamExpiredError)
  })

  it('does not count the time in which a stream is at work', () => {
    const { streams } = openRegistry()
    const stream = streams.open()
    vi.advanceTimersByTime(IDLE_MS)
    expect(streams.resume(streams.park(stream))).toBe(stream)
    vi.advanceTimersByTime(IDLE_MS)
    expect(stream.isClosed).toBe(false)
  })

  it('gives the connection of a closed stream to the next one', () => {
    const { pool, streams } = openRegistry()
    const first = streams.open()
    const connection = first.connect()
    first.close()
    expect(streams.open().connect()).toBe(connection)
    expect(pool.acquire()).not.toBe(connection)
  })
})
