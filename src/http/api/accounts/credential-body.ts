import * as z from 'zod'
import type { WantedLife } from '../../../core/credential-life.ts'
import { time } from '../fields.ts'

/** The members that say how long a credential is to live: one of them, or none. */
export const lifeMembers = {
  expires_in_days: z.number().int().min(1).max(3650).optional(),
  expires_at: time.optional(),
}

/** What these members come to, once their shape is checked. */
export interface LifeBody {
  readonly expires_in_days?: number | undefined
  readonly expires_at?: string | undefined
}

/** Whether only one of them was sent: two could contradict each other. */
export const hasOneLife = (body: LifeBody): boolean =>
  body.expires_in_days === undefined || body.expires_at === undefined

/** What is wrong where both were. */
export const oneLife = {
  path: ['expires_at'],
  error: 'send expires_in_days or expires_at, not both',
}

/** The wanted life as the code knows it. */
export const toLife = (body: LifeBody): WantedLife => ({
  inDays: body.expires_in_days ?? null,
  at: body.expires_at === undefined ? null : Date.parse(body.expires_at),
})
