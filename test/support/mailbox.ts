import { expect } from 'vitest'
import type { Gateway } from './gateway.ts'

/** One mail as the platform's service took it. */
export interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
}

const explorer = '/cdn-cgi/local/explorer/api/local/email/sending?worker=gatehouse'

/** All that a gateway started with `mailbox: true` has mailed, oldest first. */
export async function mailbox(gateway: Gateway): Promise<Mail[]> {
  const read = async (query = ''): Promise<unknown> => {
    const response = await gateway.fetch(`${explorer}${query}`)
    const { result } = (await response.json()) as { result: unknown }
    expect([response.status, result]).toEqual([200, expect.anything()])
    return result
  }
  const listed = (await read()) as { messageId: string }[]
  const mails = await Promise.all(
    listed.map(({ messageId }) => read(`&email_id=${encodeURIComponent(messageId)}`)),
  )
  return (mails as Mail[]).reverse()
}
