import { expect } from 'vitest'
import type { Observed, Switches } from '../worker/entry.ts'
import { githubClaims } from './baseline.ts'
import type { Gateway } from './gateway.ts'
import type { Claims, Issuer } from './issuer.ts'

/** Moves switches of the test entry, and says what its isolate has asked of the platform so far. */
export async function turn(
  gateway: Pick<Gateway, 'fetch'>,
  changes: Partial<Switches> = {},
): Promise<Observed> {
  const body = JSON.stringify(changes)
  const response = await gateway.fetch('/__test', { method: 'POST', body })
  expect(response.status, 'the test entry runs').toBe(200)
  const { observed } = (await response.json()) as { observed: Observed }
  return observed
}

/** All switches as they are at the start. */
export const HONEST: Switches = { clockOffsetMs: 0, kv: 'working', limiter: 'working' }

/** BT from this issuer, made when a clock that is `seconds` ahead says now. */
export function mintAt(issuer: Issuer, seconds: number, overrides: Claims = {}): string {
  const at = Math.floor(Date.now() / 1000) + seconds
  return issuer.mint(githubClaims(issuer.url, { iat: at, nbf: at, exp: at + 300, ...overrides }))
}
