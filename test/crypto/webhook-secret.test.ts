import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { newWebhookSecret, signWebhook } from '../../src/crypto/webhook-secret.ts'
import { versionedKey } from './versioned-key.ts'

const keys = [versionedKey(1, 0x11)] as const
const body = '{"name":"naïve"}'
const now = () => Math.floor(Date.now() / 1000)

const signed = async (timestamp = now()) => {
  const { secret, wrappedSecret } = await newWebhookSecret('sub_1', keys)
  const signature = await signWebhook(
    { id: 'ntc_1', timestamp, body },
    { id: 'sub_1', wrappedSecret },
    keys,
  )
  const headers = {
    'webhook-id': 'ntc_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature ?? '',
  }
  return { secret, wrappedSecret, headers }
}

describe('a webhook secret', () => {
  it('is whsec_ and 32 random bytes of base64', async () => {
    const [one, two] = [
      await newWebhookSecret('sub_1', keys),
      await newWebhookSecret('sub_1', keys),
    ]
    expect(one.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(one.secret).not.toBe(two.secret)
    expect(one.wrappedSecret).not.toContain(one.secret.slice(6, 20))
  })
})

describe('a signature', () => {
  it('is good for the verifier that receivers use', async () => {
    const { secret, headers } = await signed()
    expect(new Webhook(secret).verify(body, headers)).toEqual({ name: 'naïve' })
  })

  it.each([
    ['body', { text: `${body} ` }],
    ['id', { id: 'ntc_2' }],
    ['time', { timestamp: String(now() + 1) }],
  ])('is over the %s', async (_, changed: { text?: string; id?: string; timestamp?: string }) => {
    const { secret, headers } = await signed()
    const sent = {
      ...headers,
      ...(changed.id && { 'webhook-id': changed.id }),
      ...(changed.timestamp && { 'webhook-timestamp': changed.timestamp }),
    }
    expect(() => new Webhook(secret).verify(changed.text ?? body, sent)).toThrow(/signature/)
  })

  it('is not made with the secret of another subscription', async () => {
    const { wrappedSecret } = await signed()
    const content = { id: 'ntc_1', timestamp: now(), body }
    expect(await signWebhook(content, { id: 'sub_2', wrappedSecret }, keys)).toBeUndefined()
    expect(await signWebhook(content, { id: 'sub_1', wrappedSecret: '' }, keys)).toBeUndefined()
  })
})
