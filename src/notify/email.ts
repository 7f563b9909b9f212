import type { DeliveryFault } from '../core/notice.ts'
import { err, ok, type Result } from '../core/result.ts'
import { within } from '../patience.ts'
import { wordsOf } from './email-words.ts'
import { type Sender, sendingMs } from './sender.ts'

/** The platform's `send_email` binding, as far as it is used: it builds the message itself. */
export interface MailService {
  send(message: {
    readonly from: { readonly email: string; readonly name: string }
    readonly to: string
    readonly subject: string
    readonly text: string
  }): Promise<unknown>
}

/** What e-mail needs of the world. */
export interface EmailEnvironment {
  readonly mail: MailService
  /** The address that notices come from. */
  readonly from: string
  /** The gateway's `ISSUER_URL`, which tells a reader whose notice it is. */
  readonly gateway: string
  /** Milliseconds left for the message and all that comes after it. */
  readonly remainingMs: () => number
}

// Its codes are a closed list of the platform's; its sentences may name addresses.
const faultOf = (thrown: unknown): DeliveryFault => {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code
  return typeof code === 'string' && /^E_[A-Z_]{1,60}$/.test(code)
    ? (code as `E_${string}`)
    : 'mail_refused'
}

/** Makes the sender that writes plain-text mail. */
export const createEmailSender = (environment: EmailEnvironment): Sender => ({
  async send(message) {
    const { mail, from, gateway, remainingMs } = environment
    const { subject, text } = wordsOf(message, gateway)
    const sending = (async (): Promise<Result<null, DeliveryFault>> => {
      await mail.send({
        from: { email: from, name: 'Gatehouse' },
        to: message.target,
        subject,
        text,
      })
      return ok(null)
    })()
    const patience = sendingMs(remainingMs())
    return within(patience, sending, () => err<DeliveryFault>('timeout')).catch((thrown) =>
      err(faultOf(thrown)),
    )
  },
})
