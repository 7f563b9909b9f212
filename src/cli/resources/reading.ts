import { CliFailure } from '../cli.ts'
import { connectApi } from './api.ts'
import { isPaged, queryFlags } from './flags.ts'
import { layOver, namespaceFor } from './input.ts'
import { flagNames, given, type Invocation, option, pathOf } from './invocation.ts'
import { readPages } from './pages.ts'
import { readInteger } from './values.ts'
import { details, table } from './words.ts'

const limitOf = (invocation: Invocation): number => {
  const text = option<string>(invocation, 'limit')
  if (text === undefined) return invocation.collection.limit ?? Number.POSITIVE_INFINITY
  const limit = readInteger({ name: 'limit' }, text)
  if (limit > 0) return limit
  throw new CliFailure('usage', {
    code: 'invalid_value',
    message: `--limit ${text}: expected at least 1`,
    next: 'leave it out for all',
  })
}

const asked = async (invocation: Invocation) => {
  const { cli, verb } = invocation
  const api = await connectApi(cli, option(invocation, 'url'))
  const flags = queryFlags(verb.operation)
  const reading = { cli, api, past: true }
  const start = namespaceFor(api.settings, flags)
  const query = await layOver(start, given(invocation, flags), reading)
  return { api, query, path: await pathOf(api, invocation), flags: flagNames(flags) }
}

const pages = async (
  invocation: Invocation,
  inWords: (items: readonly unknown[]) => string,
): Promise<void> => {
  const { cli, verb } = invocation
  const { api, ...request } = await asked(invocation)
  const limit = limitOf(invocation)
  const { items, more } = await readPages(api, verb.operation, { ...request, limit })
  cli.print(items, () => inWords(items))
  if (more) cli.say(`these are the first ${items.length}; there are more: --limit N shows them`)
}

/** `list`: all pages, or as many objects as were asked for. */
export const list = (invocation: Invocation): Promise<void> =>
  pages(invocation, (items) => table(items, invocation.collection.columns))

// A chain is exported as it was hashed, to the byte: as JSON it is the events in it.
const linesOf = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))

/** `get`, and whatever else only reads. */
export const show = async (invocation: Invocation): Promise<void> => {
  const { cli, verb } = invocation
  if (isPaged(verb.operation)) return pages(invocation, (items) => details(items))
  const { api, ...request } = await asked(invocation)
  const { body } = await api.call(verb.operation, request)
  if (typeof body === 'string') cli.print(linesOf(body), () => body.trimEnd(), 'file')
  else cli.print(body, () => details(body))
}
