import { isJsonObject, type Json, type JsonObject } from '../json.ts'

// Words that YAML, or its older version, reads as something else than text.
const reserved = /^(null|true|false|yes|no|on|off|y|n)$/i

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/

const nameOf = (name: string): string =>
  plainName.test(name) && !reserved.test(name) ? name : JSON.stringify(name)

const isEmpty = (value: Json): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

const isScalar = (value: Json): boolean =>
  typeof value !== 'object' || value === null || isEmpty(value)

const linesOf = (value: Json): string[] => {
  // Every JSON text of a scalar is YAML, and no value can be read as more than it is.
  if (isScalar(value)) return [JSON.stringify(value)]
  if (!isJsonObject(value)) return (value as readonly Json[]).flatMap(itemLines)
  return Object.entries(value).flatMap(([name, each]) => memberLines(name, each))
}

const itemLines = (item: Json): string[] => {
  const [first = '', ...rest] = linesOf(item)
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)]
}

const memberLines = (name: string, value: Json): string[] => {
  if (isScalar(value)) return [`${nameOf(name)}: ${JSON.stringify(value)}`]
  return [`${nameOf(name)}:`, ...linesOf(value).map((line) => `  ${line}`)]
}

/** An object as YAML 1.2: block style, every text in quotes. */
export const toYaml = (object: JsonObject): string => `${linesOf(object).join('\n')}\n`
