import { readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject } from '../../src/core/json.ts'

/** The claims of a made-up token of one preset, as its vendor's documentation describes them. */
export const tokenOf = ({ id }: { readonly id: string }): JsonObject => {
  const url = new URL(`./tokens/${id}.json`, import.meta.url)
  const claims: unknown = JSON.parse(readFileSync(url, 'utf8'))
  if (!isJsonObject(claims)) throw new Error(`${id}.json holds no claims`)
  return claims
}
