import { expect } from 'vitest'
import type { TestActor } from '../admin/actors.ts'
import type { Clients } from './clients.ts'

export const PAIRING_CODES = '/pairing-codes'

export interface OfferedCode {
  readonly id: string
  /** In clear. */
  readonly code: string
}

/** Makes a pairing code. */
export async function offerCode(
  actor: Pick<TestActor, 'call'>,
  body: unknown,
): Promise<OfferedCode> {
  const answer = await actor.call('POST', PAIRING_CODES, body)
  expect([answer.status, await answer.clone().text()]).toEqual([201, expect.any(String)])
  return (await answer.json()) as OfferedCode
}

let jobs = 0

/** Presents a code and a token as a job does, each from an address of its own. */
export function pair(
  gateway: Pick<Clients, 'fetch'>,
  code: string,
  token: string,
  init: RequestInit = {},
): Promise<Response> {
  jobs += 1
  return gateway.fetch('/oauth/pair', {
    method: 'POST',
    body: new URLSearchParams({ pairing_code: code, subject_token: token }),
    headers: { 'cf-connecting-ip': `2001:db8::${jobs.toString(16)}` },
    ...init,
  })
}
