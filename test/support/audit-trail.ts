import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { TestActor } from '../admin/actors.ts'
import type { Gateway } from './gateway.ts'

/** An event as the admin API tells it. */
export interface EventAnswer {
  readonly sequence: number
  readonly id: string
  readonly at: string
  readonly tenant_id: string
  readonly namespace: string
  readonly action: string
  readonly outcome: 'done' | 'refused'
  readonly reason: string | null
  readonly actor: Readonly<Record<string, string>>
  readonly target: { readonly type: string; readonly id: string } | null
  readonly details: Readonly<Record<string, unknown>> | null
  readonly request_id: string | null
  readonly previous_hash: string
  readonly hash: string
  readonly platform?: Readonly<Record<string, unknown>> | null
}

/** Who asks: an actor, or the root account. */
export type Asker = Pick<TestActor, 'call'> | Gateway

const get = (asker: Asker, path: string): Promise<Response> =>
  'call' in asker ? asker.call('GET', path) : asker.admin('GET', path)

/** Searches the trail. */
export async function searchTrail(
  asker: Asker,
  query: Record<string, string> = {},
): Promise<EventAnswer[]> {
  const answer = await get(
    asker,
    `/audit-events?${new URLSearchParams({ limit: '200', ...query })}`,
  )
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  return ((await answer.json()) as { data: EventAnswer[] }).data
}

/** A whole chain, as it is exported, however many calls that takes. */
export async function exportTrail(
  asker: Asker,
  query: Record<string, string> = {},
): Promise<string[]> {
  const lines: string[] = []
  let path = `/audit-events:export?${new URLSearchParams(query)}`
  for (;;) {
    const answer = await get(asker, path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/x-ndjson',
    ])
    const text = await answer.text()
    lines.push(...text.split('\n').slice(0, -1))
    const next = /^<\/admin\/v1([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')
    if (next?.[1] === undefined) return lines
    path = next[1]
  }
}

/** What a verification answers. */
export interface VerifyAnswer {
  readonly tenant_id: string
  readonly checked: number
  readonly valid: boolean
  readonly head: { readonly sequence: number; readonly hash: string }
  readonly sequence?: number
  readonly problem?: string
  readonly decisions: { readonly minutes: number; readonly purged_minutes: number }
  readonly minute?: string
  readonly next: { readonly from_sequence: number; readonly previous_hash: string } | null
}

/** Verifies a chain. */
export async function verifyTrail(
  asker: Asker,
  query: Record<string, string> = {},
): Promise<VerifyAnswer> {
  const answer = await get(asker, `/audit-events:verify?${new URLSearchParams(query)}`)
  const body = (await answer.json()) as VerifyAnswer
  expect([answer.status, body]).toEqual([200, expect.anything()])
  return body
}

const dataOfUsers = new Set(['bound_claims', 'examples', 'jwks', 'jwk'])

/** Names of members that are not as the API spells them; what users name themselves is passed over. */
export function misspelt(told: unknown): string[] {
  if (typeof told !== 'object' || told === null) return []
  return Object.entries(told).flatMap(([name, value]) => [
    ...(/[A-Z]/.test(name) ? [name] : []),
    ...(dataOfUsers.has(name) ? [] : misspelt(value)),
  ])
}

/** As `sha256sum` prints it. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
