import { isJsonObject, type JsonObject, member } from '../core/json.ts'
import type { Message } from './sender.ts'

/** What a mail says. */
export interface EmailWords {
  readonly subject: string
  readonly text: string
}

const maxLength = 200

// One line without controls, whatever the value: a name must not become a header or a paragraph.
const plain = (value: unknown): string =>
  String(value)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ')
    .slice(0, maxLength)

const kinds: ReadonlyMap<string, string> = new Map([
  ['secret', 'client secret'],
  ['key', 'key'],
  ['named_token', 'named token'],
  ['key_set', 'inline key'],
])

const dataOf = (payload: JsonObject): ((name: string) => string) => {
  const data = member(payload, 'data')
  return (name) => plain((isJsonObject(data) ? member(data, name) : null) ?? '')
}

const daysOf = (count: string): string => (count === '1' ? '1 day' : `${count} days`)

const expiring = (payload: JsonObject): EmailWords => {
  const data = dataOf(payload)
  const kind = kinds.get(data('kind')) ?? 'credential'
  const left = daysOf(data('days_left'))
  const owner = data('kind') === 'key_set' ? 'issuer' : 'service account'
  const label = data('credential_name')
  const named = label === '' ? data('credential_id') : `"${label}" (${data('credential_id')})`
  return {
    subject: `The ${kind} of ${data('name')} in ${data('namespace')} expires in ${left}`,
    text: `The ${kind} ${named} of the ${owner} "${data('name')}" in ${data('namespace')}
expires at ${data('expires_at')}, in ${left}.

Put a new one in its place before that; whatever still uses it is refused from then on.`,
  }
}

const test = (payload: JsonObject): EmailWords => ({
  subject: `A test of notices for ${dataOf(payload)('namespace')}`,
  text: 'Somebody asked for this test. Notices of credentials that expire will arrive here.',
})

/** Says a notice in words, as plain text. */
export const wordsOf = (
  { id, subscriptionId, payload }: Pick<Message, 'id' | 'subscriptionId' | 'payload'>,
  gateway: string,
): EmailWords => {
  const { subject, text } =
    member(payload, 'type') === 'credential.expiring' ? expiring(payload) : test(payload)
  const footer = `Gateway: ${gateway}\nSubscription: ${subscriptionId}\nNotice: ${id}`
  return { subject: `[Gatehouse] ${subject}`, text: `${text}\n\n-- \n${footer}\n` }
}
