import type { Cli } from '../cli.ts'
import { connectApi } from '../resources/api.ts'
import { parametersOf, verbsOf } from '../resources/collection.ts'
import { collectionOf, collections } from '../resources/collections.ts'
import { readPages } from '../resources/pages.ts'
import { findId } from '../resources/references.ts'
import { readSettings } from '../settings/settings.ts'
import { valueAfter } from './candidates.ts'

const most = 200

const nameOf = (item: Readonly<Record<string, unknown>>, member: string): string =>
  member === 'name' && typeof item.namespace === 'string'
    ? `${item.namespace}/${item.name}`.replace('//', '/')
    : String(item[member])

const look = async (
  cli: Cli,
  one: string,
  words: readonly string[],
): Promise<readonly string[]> => {
  const collection = collections.find((each) => each.one === one && each.id !== undefined)
  const list = collection && verbsOf(collection).find(({ name }) => name === 'list')?.operation
  if (collection === undefined || list === undefined) return []
  const url = valueAfter(words, '--url')
  const settings = await readSettings(cli, url === undefined ? {} : { url })
  // Nobody decides anything by pressing TAB.
  if (settings.url?.confirmed !== true) return []
  const api = await connectApi(cli, url)
  const path: Record<string, string> = {}
  for (const parameter of parametersOf(list)) {
    const parent = collectionOf(parameter)
    const word = valueAfter(words, `--${parent.one}`)
    if (word === undefined) return []
    path[parameter] = await findId(api, { collection: parent }, word)
  }
  const { items } = await readPages(api, list, { path, limit: most })
  return items.map((item) => nameOf(item, collection.names[0] ?? 'id'))
}

const patienceMs = 1500

/** Names stored objects of a kind; nobody waits for long, and nobody is told why there are none. */
export const objectNames = async (
  cli: Cli,
  one: string,
  words: readonly string[],
): Promise<readonly string[]> => {
  const silent = { ...cli, say: () => {}, warn: () => {}, sleep: () => Promise.reject(new Error()) }
  const signal = AbortSignal.timeout(patienceMs)
  const fetch: Cli['fetch'] = (request) =>
    cli.fetch(new Request(request, { signal: AbortSignal.any([signal, request.signal]) }))
  return look({ ...silent, fetch }, one, words).catch(() => [])
}
