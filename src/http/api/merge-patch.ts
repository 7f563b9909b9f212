import { isJsonObject, type Json, type JsonObject, member } from '../../core/json.ts'
import { jsonObject } from './fields.ts'

/** A merge patch (RFC 7396): an object whose members replace, and whose nulls remove. */
export const MergePatch = jsonObject('expected an object')

/**
 * Applies a merge patch (RFC 7396 §2). Members named `whole` are replaced, not merged. Names that
 * objects inherit are kept as data, for the schema to refuse.
 */
export const mergePatch = (
  target: Readonly<Record<string, unknown>>,
  patch: JsonObject,
  whole: readonly string[] = [],
): Record<string, unknown> => {
  const merged = new Map<string, unknown>(Object.entries(target))
  for (const name of Object.keys(patch)) {
    const value = member(patch, name) as Json
    const before = merged.get(name)
    const deep = isJsonObject(value) && !whole.includes(name)
    if (value === null) merged.delete(name)
    else merged.set(name, deep ? mergePatch(isJsonObject(before) ? before : {}, value) : value)
  }
  return Object.fromEntries(merged)
}
