import type { Channel } from '../core/notice.ts'
import { err } from '../core/result.ts'
import { createEmailSender, type MailService } from './email.ts'
import type { Message, Sender } from './sender.ts'
import { createWebhookSender, type WebhookEnvironment } from './webhook.ts'

/** Tells subscribers, each by its channel. */
export interface Notifier {
  readonly send: (channel: Channel, message: Message) => ReturnType<Sender['send']>
  /** Whether this deployment can send e-mail at all. */
  readonly hasEmail: boolean
}

/** What notices need of the world: a way out, a signature, and perhaps a mail service. */
export interface NotifierEnvironment extends WebhookEnvironment {
  readonly mail: MailService | undefined
  /** The address that e-mail comes from; undefined: no e-mail. */
  readonly from: string | undefined
}

const noEmail: Sender = { send: async () => err('no_email') }

/** Makes the notifier of a request. */
export const createNotifier = (environment: NotifierEnvironment): Notifier => {
  const { mail, from, ownOrigin: gateway, remainingMs } = environment
  const hasEmail = mail !== undefined && from !== undefined
  const senders: Readonly<Record<Channel, Sender>> = {
    webhook: createWebhookSender(environment),
    email: hasEmail ? createEmailSender({ mail, from, gateway, remainingMs }) : noEmail,
  }
  return { send: (channel, message) => senders[channel].send(message), hasEmail }
}
