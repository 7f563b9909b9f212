import { claimValue } from '../claims.ts'
import type { Json, JsonObject } from '../json.ts'
import { lintValues } from '../lint/values.ts'
import type { Scalar } from '../matcher.ts'

/** Whether a token says anything by a claim; platforms send empty texts for what there is none of. */
export const isSaid = (claims: JsonObject, name: string): boolean => {
  const value = claimValue(claims, name)
  return value !== undefined && value !== null && value !== ''
}

const isScalar = (value: Json | undefined): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** Why no policy can bind what a token says by a claim to that value alone; null: one can. */
export const pinFault = (claims: JsonObject, name: string): string | null => {
  if (!isSaid(claims, name)) return null
  const value = claimValue(claims, name)
  if (!isScalar(value)) return 'it is no plain value'
  return lintValues({ [name]: value })[0]?.detail.replace(/\.$/, '') ?? null
}

/** The value of a claim, if a policy can bind it exactly; undefined otherwise. */
export const pinnable = (claims: JsonObject, name: string): Scalar | undefined => {
  const value = claimValue(claims, name)
  if (!isSaid(claims, name) || !isScalar(value)) return undefined
  return pinFault(claims, name) === null ? value : undefined
}
