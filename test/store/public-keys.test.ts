import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../src/store/db.ts'
import {
  forgetPublicKey,
  lastPublicKeys,
  readPublicKeys,
} from '../../src/store/exchange/public-keys.ts'
import { row, useDatabase } from './database.ts'

const database = useDatabase('DELETE FROM signing_keys')

const keep = (kid: string) =>
  database().write(
    row('signing_keys', {
      kid,
      algorithm: 'ES256',
      state: 'retired',
      public_jwk: JSON.stringify({ kid }),
      wrapped_key: '',
      created_at: 1,
    }),
  )
const remove = (kid: string) =>
  database().write({ sql: 'DELETE FROM signing_keys WHERE kid = ?', args: [kid] })
const kids = () => lastPublicKeys()?.map((key) => (key as { kid: string }).kid)

/** The same database, whose answers are on their way until they are let in. */
const slow = (): { readonly db: Db; letIn(): void } => {
  const { client } = database().db
  let letIn = () => {}
  const gate = new Promise<void>((resolve) => {
    letIn = resolve
  })
  const execute: typeof client.execute = async (
    statement: Parameters<typeof client.execute>[0],
  ) => {
    const answer = await client.execute(statement)
    await gate
    return answer
  }
  const delayed = new Proxy(client, {
    get: (target, name) => (name === 'execute' ? execute : Reflect.get(target, name)),
  })
  return { db: { ...database().db, client: delayed }, letIn: () => letIn() }
}

describe('what the isolate remembers of our keys', () => {
  beforeEach(async () => {
    await keep('one')
    await keep('two')
    await readPublicKeys(database().db)
  })

  it('is what it read last', async () => {
    expect(kids()).toEqual(['one', 'two'])
    await remove('one')
    expect(kids()).toEqual(['one', 'two'])
    await readPublicKeys(database().db)
    expect(kids()).toEqual(['two'])
  })

  it('is not overtaken by an older answer', async () => {
    const { db, letIn } = slow()
    const older = readPublicKeys(db)
    await expect.poll(() => database().requests()).toBeGreaterThan(3)
    await remove('one')
    await readPublicKeys(database().db)
    letIn()
    expect(await older).toHaveLength(2)
    expect(kids()).toEqual(['two'])
  })

  it('lacks a key that was revoked here, whatever is still on its way', async () => {
    const { db, letIn } = slow()
    const older = readPublicKeys(db)
    forgetPublicKey('one')
    expect(kids()).toEqual(['two'])
    letIn()
    await older
    expect(kids()).toEqual(['two'])
  })
})
