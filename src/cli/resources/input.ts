import { type Cli, CliFailure } from '../cli.ts'
import type { Settings } from '../settings/settings.ts'
import type { Api } from './api.ts'
import { collectionOf } from './collections.ts'
import type { Body, Flag } from './flags.ts'
import { findId } from './references.ts'
import { readInteger, readPairs, readSource, readStructure, readTime, readWords } from './values.ts'

/** A flag that was given, with what the command line has for it. */
export interface Given {
  readonly flag: Flag
  readonly raw: unknown
}

/** What values are read with. */
export interface Reading {
  readonly cli: Cli
  readonly api: Api
  /** Whether a span of time reaches back: it does in a query. */
  readonly past: boolean
}

const refer = ({ api }: Reading, parameter: string, raw: unknown) => {
  const among = { collection: collectionOf(parameter) }
  const find = (word: string) => findId(api, among, word)
  return Array.isArray(raw) ? Promise.all(readWords(raw).map(find)) : find(String(raw))
}

// Arguments are seen by every process of the machine, and kept by shells.
const refuseToken = ({ name }: Flag, text: string): void => {
  if (!/^(?:eyJ[\w-]+\.[\w-]+\.|gtht_)/.test(text)) return
  throw new CliFailure('usage', {
    code: 'secret_in_arguments',
    message: `--${name} holds a token, which others on this machine can read there`,
    next: 'give it on stdin by --from-file -; and revoke this one, for it has been seen',
  })
}

const readValue = async ({ flag, raw }: Given, reading: Reading): Promise<unknown> => {
  if (flag.refersTo !== undefined) return refer(reading, flag.refersTo, raw)
  const { cli, past } = reading
  const text = String(raw)
  refuseToken(flag, text)
  switch (flag.type) {
    case 'integer':
      return readInteger(flag, text)
    case 'time':
      return readTime(flag, text, { now: cli.now(), past })
    case 'texts':
      return readWords(raw as readonly string[])
    case 'pairs':
      return readPairs(flag, raw as readonly string[])
    case 'file':
      return readSource(flag, text, cli)
    case 'document':
      return readStructure(await readSource(flag, text, cli), `--${flag.name}`)
    default:
      return raw
  }
}

/** Lays what flags say over a body or a query. */
export const layOver = async (
  start: Body,
  given: readonly Given[],
  reading: Reading,
): Promise<Body> => {
  let body = start
  for (const each of given) {
    const value = await readValue(each, reading)
    const { put, member } = each.flag
    body = put === undefined ? { ...body, [member]: value } : put(body, value)
  }
  return body
}

/** Reads a whole body from a file, or from stdin for `-`. */
export const readBody = async (path: string | undefined, cli: Cli): Promise<Body> => {
  if (path === undefined) return {}
  const value = readStructure(await readSource({ name: 'from-file' }, path, cli), path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body
  throw new CliFailure('usage', {
    code: 'invalid_value',
    message: `${path} is no object of members and values`,
    next: 'write the body that the API takes, as JSON or YAML',
  })
}

/** Says null for each flag that was named to be emptied. */
export const unsetOf = (names: readonly string[], flags: readonly Flag[]): Body =>
  Object.fromEntries(
    readWords(names).map((name) => {
      const flag = flags.find((each) => each.nullable && each.name === name)
      if (flag !== undefined) return [flag.member, null]
      const possible = flags.filter(({ nullable }) => nullable).map((each) => each.name)
      throw new CliFailure('usage', {
        code: 'invalid_value',
        message: `--unset ${name}: that cannot be emptied`,
        next: `one of: ${possible.join(', ') || 'none here'}`,
      })
    }),
  )

/** The namespace that the settings name, where one can be said and no flag does. */
export const namespaceFor = ({ namespace }: Settings, flags: readonly Flag[]): Body =>
  namespace !== undefined && flags.some(({ member }) => member === 'namespace')
    ? { namespace: namespace.value }
    : {}

/** Reads the first word of `create`: a path is a namespace and a name in it. */
export const subjectOf = (subject: string, word: string, inNamespace: boolean): Body => {
  const at = word.lastIndexOf('/')
  if (subject !== 'name' || !inNamespace || !word.startsWith('/')) return { [subject]: word }
  return { namespace: at === 0 ? '/' : word.slice(0, at), name: word.slice(at + 1) }
}
