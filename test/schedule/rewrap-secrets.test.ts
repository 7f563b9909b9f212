import { afterAll, beforeAll, expect, test } from 'vitest'
import { newWebhookSecret, signWebhook } from '../../src/crypto/webhook-secret.ts'
import { versionedKey } from '../crypto/versioned-key.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { text } from '../support/gateway-bindings.ts'

const [first, older, newest] = [versionedKey(1, 0x10), versionedKey(2, 0x11), versionedKey(3, 0x12)]
const lost = versionedKey(9, 0x66)

let gateway: Gateway

beforeAll(async () => {
  const entries = [first, older, newest].map(
    ({ version, bytes }) => `${version}:${Buffer.from(bytes).toString('base64url')}`,
  )
  gateway = await startGateway({ env: { KEY_ENCRYPTION_KEY: text(entries.join(',')) } })
})

afterAll(() => gateway.close())

const add = (id: string, wrapped: string | null) =>
  gateway.db.execute({
    sql: `INSERT INTO notification_subscriptions (id, namespace_id, channel, target, events,
        wrapped_secret, created_at) VALUES (?, 'ns_root', 'webhook', 'https://x.test', '[]', ?, 1)`,
    args: [id, wrapped],
  })

const kept = async (): Promise<ReadonlyMap<string, string | null>> => {
  const { rows } = await gateway.db.execute(
    'SELECT id, wrapped_secret, version FROM notification_subscriptions ORDER BY id',
  )
  expect(rows.every(({ version }) => version === 1)).toBe(true)
  return new Map(
    rows.map(({ id, wrapped_secret: wrapped }) => [String(id), wrapped && String(wrapped)]),
  ) as ReadonlyMap<string, string | null>
}

const said = () =>
  gateway.logs.filter((line) => line.includes('"rewrap_secrets"')).map((line) => JSON.parse(line))

const content = { id: 'ntc_1', timestamp: 1, body: '{}' }

test('every secret needs the newest key only, and is the same', async () => {
  const before = new Map<string, string | undefined>()
  for (let i = 0; i < 250; i++) {
    const id = `sub_${String(i).padStart(3, '0')}`
    const { wrappedSecret } = await newWebhookSecret(id, i % 2 === 0 ? [first] : [older])
    before.set(id, await signWebhook(content, { id, wrappedSecret }, [first, older]))
    await add(id, wrappedSecret)
  }
  const { wrappedSecret: current } = await newWebhookSecret('sub_current', [newest])
  const { wrappedSecret: unreadable } = await newWebhookSecret('sub_007x', [lost])
  await add('sub_current', current)
  await add('sub_007x', unreadable)
  await add('sub_mail', null)

  await gateway.scheduled()
  const after = await kept()
  expect([after.get('sub_current'), after.get('sub_007x'), after.get('sub_mail')]).toEqual([
    current,
    unreadable,
    null,
  ])
  for (const [id, signature] of before) {
    const wrappedSecret = after.get(id) ?? ''
    expect(await signWebhook(content, { id, wrappedSecret }, [newest])).toBe(signature)
  }
  const done = { event: 'duty_done', duty: 'rewrap_secrets', unreadable: 1 }
  await expect.poll(said).toEqual([{ ...done, rewrapped: 250 }])
  await gateway.scheduled()
  expect(await kept()).toEqual(after)
  await expect.poll(said).toEqual([{ ...done, rewrapped: 250 }, done])
})
