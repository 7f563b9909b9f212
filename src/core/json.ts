/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object. Read members with `member`, never with a bare index: `toString` is inherited. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** Tells a JSON object from arrays, null and scalars. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An own member of an object, or undefined; inherited names (`constructor`) are never found. */
export const member = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** Whether no text in it, names included, holds half a surrogate pair, which no UTF-8 can keep. */
export const isWellFormedJson = (value: Json): boolean => {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (!isJsonObject(value)) return value.every(isWellFormedJson)
  return Object.entries(value).every(
    ([name, child]) => name.isWellFormed() && isWellFormedJson(child),
  )
}
