import { describe, expect, test } from 'vitest'
import { createEmailSender, type MailService } from '../../src/notify/email.ts'
import { wordsOf } from '../../src/notify/email-words.ts'
import { type Message, sendingMs } from '../../src/notify/sender.ts'

type Mail = Parameters<MailService['send']>[0]

const message = (data: Record<string, string | number | null> = {}): Message => ({
  id: 'ntc_1',
  subscriptionId: 'sub_1',
  target: 'ops@acme.example',
  wrappedSecret: null,
  payload: {
    type: 'credential.expiring',
    timestamp: '2026-11-24T00:00:00.000Z',
    data: {
      namespace: '/acme/payments',
      kind: 'secret',
      service_account_id: 'sa_1',
      name: 'deploy-bot',
      credential_id: 'sec_1',
      credential_name: null,
      expires_at: '2026-12-01T00:00:00.000Z',
      days_left: 7,
      ...data,
    },
  },
  sentAt: 1_795_478_400,
})

const senderOver = (send: MailService['send'], remainingMs = 10_000) =>
  createEmailSender({
    mail: { send },
    from: 'gatehouse@acme.example',
    gateway: 'https://gw.test',
    remainingMs: () => remainingMs,
  })

const refusing = (thrown: unknown) => senderOver(() => Promise.reject(thrown))

describe('the sender', () => {
  test('hands the platform sender, receiver, subject and text, and nothing else', async () => {
    const mails: Mail[] = []
    const sender = senderOver(async (mail) => mails.push(mail))
    expect(await sender.send(message())).toEqual({ ok: true, value: null })
    expect(mails).toEqual([
      {
        from: { email: 'gatehouse@acme.example', name: 'Gatehouse' },
        to: 'ops@acme.example',
        ...wordsOf(message(), 'https://gw.test'),
      },
    ])
  })

  test.each([
    ['a code of the platform', Object.assign(new Error('x'), { code: 'E_SENDER_NOT_VERIFIED' })],
    ['another code', Object.assign(new Error('x'), { code: 'ECONNRESET ops@acme.example' })],
    ['no code', new Error('email to ops@acme.example not allowed')],
    ['a text', 'no'],
    ['nothing', undefined],
  ])('says no more than a word about %s', async (_, thrown) => {
    const result = await refusing(thrown).send(message())
    const code = (thrown as { code?: string } | undefined)?.code
    const word = code?.startsWith('E_') ? code : 'mail_refused'
    expect(result).toEqual({ ok: false, error: word })
  })

  test('does not wait for a service that hangs', async () => {
    const hanging = senderOver(() => new Promise(() => {}), 550)
    expect(await hanging.send(message())).toEqual({ ok: false, error: 'timeout' })
  })
})

test('a message has 3 s, or what is left less what it takes to write it down', () => {
  expect([60_000, 3500, 3000, 600, 500, 0, -1000].map(sendingMs)).toEqual([
    3000, 3000, 2500, 100, 1, 1, 1,
  ])
})

describe('the words', () => {
  test('say what ends, where and when, and whose notice it is', () => {
    expect(wordsOf(message(), 'https://gw.test')).toEqual({
      subject: '[Gatehouse] The client secret of deploy-bot in /acme/payments expires in 7 days',
      text: `The client secret sec_1 of the service account "deploy-bot" in /acme/payments
expires at 2026-12-01T00:00:00.000Z, in 7 days.

Put a new one in its place before that; whatever still uses it is refused from then on.

-- 
Gateway: https://gw.test
Subscription: sub_1
Notice: ntc_1
`,
    })
  })

  test.each([
    [
      { kind: 'key', credential_id: 'key_1', credential_name: 'k1' },
      /The key "k1" \(key_1\) of the service account/,
    ],
    [{ kind: 'named_token', credential_name: 'grafana' }, /The named token "grafana" \(sec_1\)/],
    [{ kind: 'key_set', name: 'CI' }, /The inline key sec_1 of the issuer "CI"/],
    [{ days_left: 1 }, /in 1 day\.$/m],
    [{ kind: 'something new' }, /The credential sec_1/],
  ])('know %j', (data, said) => {
    expect(wordsOf(message(data), 'https://gw.test').text).toMatch(said)
  })

  test('of a test', () => {
    const payload = { type: 'subscription.test', data: { namespace: '/acme' } }
    const words = wordsOf({ ...message(), payload }, 'https://gw.test')
    expect(words.subject).toBe('[Gatehouse] A test of notices for /acme')
    expect(words.text).toContain('Subscription: sub_1')
  })

  test.each([
    '\r\nBcc: spy@evil.example',
    '\n\nPay here',
    '\u2028x',
    '\u202eevil',
    '\u0000',
    '\u0085x',
  ])('a name with %j stays within its line', (tail) => {
    const { subject, text } = wordsOf(message({ name: `bot${tail}` }), 'https://gw.test')
    expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
    expect(text.split('\n')).toHaveLength(wordsOf(message(), 'x').text.split('\n').length)
    const lines = text.split('\n').join('')
    expect(lines).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
  })

  test('a long name is cut', () => {
    const { subject } = wordsOf(message({ name: 'a'.repeat(5000) }), 'https://gw.test')
    expect(subject.length).toBeLessThan(400)
  })

  test.each([
    ['no data', { type: 'credential.expiring' }],
    ['data that is no object', { type: 'credential.expiring', data: [1] }],
    ['an inherited name', { type: 'credential.expiring', data: { kind: 'constructor' } }],
  ])('are found for %s as well', (_, payload) => {
    expect(wordsOf({ ...message(), payload }, 'https://gw.test').subject).toContain('credential')
  })
})
