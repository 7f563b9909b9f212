import { parseDocument } from 'yaml'
import { type Cli, CliFailure } from '../cli.ts'
import type { Flag } from './flags.ts'

const usage = (message: string, next: string): CliFailure =>
  new CliFailure('usage', { code: 'invalid_value', message, next })

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Reads `90m`, `12h` or `7d` in milliseconds; null when it is none. */
export const readDuration = (text: string): number | null => {
  const [, count, unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? []
  return count === undefined ? null : Number(count) * (units[unit] ?? 0)
}

/** Reads a time, or how long ago it is (in a body: how far away), as RFC 3339. */
export const readTime = (
  { name }: Pick<Flag, 'name'>,
  text: string,
  { now, past }: { readonly now: number; readonly past: boolean },
): string => {
  const span = readDuration(text)
  const at = span === null ? Date.parse(text) : now + (past ? -span : span)
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw usage(
    `--${name} is no time: ${text}`,
    `write --${name} 2026-01-31T09:00:00Z, or a span like 90m, 12h, 7d`,
  )
}

/** Reads an integer. */
export const readInteger = ({ name }: Pick<Flag, 'name'>, text: string): number => {
  if (/^-?[0-9]{1,15}$/.test(text)) return Number(text)
  throw usage(`--${name} is no whole number: ${text}`, `write --${name} 300`)
}

/** Reads words that were repeated, or joined by commas. */
export const readWords = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split(',')).filter((word) => word !== '')

/** Reads JSON or YAML; `where` is for the message. */
export const readStructure = (text: string, where: string): unknown => {
  const document = parseDocument(text, { uniqueKeys: true })
  const [error] = document.errors
  if (error === undefined) return document.toJS({ maxAliasCount: 50 })
  const { line = 0, col = 0 } = error.linePos?.[0] ?? {}
  throw usage(
    `${where}, line ${line}, column ${col}: ${error.message.split('\n', 1)[0]}`,
    'write JSON, or YAML',
  )
}

// A value is a text, unless it is written as JSON: no shell knows "7" from 7.
const readClaim = (name: string, text: string): unknown =>
  /^[[{]/.test(text) ? readStructure(text, `--${name}`) : text

/** Reads `name=value` pairs into an object. */
export const readPairs = (
  { name }: Pick<Flag, 'name'>,
  texts: readonly string[],
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at > 0) return [text.slice(0, at), readClaim(name, text.slice(at + 1))]
      throw usage(`--${name} has no value: ${text}`, `write --${name} name=value`)
    }),
  )

/** Reads a file, or stdin for `-`. */
export const readSource = async (
  { name }: Pick<Flag, 'name'>,
  path: string,
  cli: Cli,
): Promise<string> => {
  if (path === '-') return cli.readStdin()
  try {
    return await cli.readFile(path)
  } catch (thrown) {
    const code = (thrown as { code?: string }).code ?? 'unknown'
    throw usage(
      `--${name}: cannot read ${path} (${code})`,
      'name a file that is there, or - for stdin',
    )
  }
}
