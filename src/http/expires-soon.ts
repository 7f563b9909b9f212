import { endsSoon } from '../core/notice.ts'

/**
 * The header that tells a caller, and so the log of its job, that the credential it used ends within
 * 14 days: its id and, as a parameter, when. No header before that.
 */
export const expiresSoon = (
  credential: { readonly id: string; readonly expiresAt: number | null } | null,
  nowMs: number,
): Readonly<Record<string, string>> => {
  if (credential === null || !endsSoon(credential.expiresAt, nowMs)) return {}
  const expires = new Date(credential.expiresAt).toISOString()
  return { 'gatehouse-expires-soon': `${credential.id};expires="${expires}"` }
}
