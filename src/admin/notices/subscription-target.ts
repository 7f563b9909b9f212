import type { Context } from '../../context.ts'
import { isEmailAddress } from '../../core/email-address.ts'
import type { Channel } from '../../core/notice.ts'
import { checkOutboundUrl, outboundUrlFaults } from '../../core/outbound-url.ts'
import { type Problem, problem } from '../../core/problem.ts'

const refuse = (pointer: string, detail: string): Problem =>
  problem('validation-failed', 'the subscription cannot be served', [{ pointer, detail }])

const refuseUrl = (target: string, { loopback, config }: Context): Problem | null => {
  const checked = checkOutboundUrl(target, { loopback, ownOrigin: config.issuerUrl })
  return checked.ok ? null : refuse('/target', outboundUrlFaults[checked.error])
}

const refuseAddress = (target: string, { notifier }: Context): Problem | null => {
  if (!notifier.hasEmail) {
    return refuse(
      '/channel',
      'this deployment sends no e-mail: it lacks the SEND_EMAIL binding or NOTIFY_FROM',
    )
  }
  return isEmailAddress(target) ? null : refuse('/target', 'expected one plain e-mail address')
}

/** Whether notices can be sent to a target (R25): null, or the problem. */
export const refuseTarget = (
  context: Context,
  { channel, target }: { readonly channel: Channel; readonly target: string },
): Problem | null =>
  channel === 'webhook' ? refuseUrl(target, context) : refuseAddress(target, context)
