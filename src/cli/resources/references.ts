import { CliFailure } from '../cli.ts'
import type { Api } from './api.ts'
import { type Collection, verbsOf } from './collection.ts'
import { readPages } from './pages.ts'

type Item = Readonly<Record<string, unknown>>

/** What a word has to be looked up among. */
export interface Among {
  readonly collection: Collection
  /** Ids of what it lies in, by their parameters. */
  readonly path?: Readonly<Record<string, string>>
}

const splitPath = (word: string): { readonly namespace: string; readonly name: string } | null => {
  const at = word.lastIndexOf('/')
  if (!word.startsWith('/') || at === word.length - 1) return null
  return { namespace: at === 0 ? '/' : word.slice(0, at), name: word.slice(at + 1) }
}

const named = (collection: Collection, item: Item, word: string): boolean =>
  collection.names.some((member) => item[member] === word)

const lies = (item: Item): string =>
  typeof item.namespace === 'string'
    ? `${item.id} (in ${item.namespace})`
    : String(item.id ?? item.kid)

const listOf = (collection: Collection) =>
  verbsOf(collection).find(({ name }) => name === 'list')?.operation

const candidates = async (
  api: Api,
  { collection, path }: Among,
  word: string,
): Promise<readonly Item[]> => {
  const list = listOf(collection)
  if (list === undefined || collection.names.length === 0) return []
  const split = splitPath(word)
  const { name, namespace } = split ?? { name: word, namespace: undefined }
  const member = collection.names[0] ?? ''
  const wanted = member === 'name' ? name : word
  const canFilter = list.query.some(({ name }) => name === member)
  const query = canFilter ? { [member]: wanted } : {}
  const { items } = await readPages(api, list, { query, ...(path && { path }) })
  const here = items.filter((item) => named(collection, item, word))
  if (here.length > 0 || split === null) return here
  return items.filter((item) => item.namespace === namespace && named(collection, item, name))
}

const sayOf = ({ one, command }: Collection, word: string) => ({
  none: {
    code: 'not_found',
    message: `there is no ${one} ${word} that you may read`,
    next: `gatehouse ${command.join(' ')} list shows them`,
  },
  several: (found: readonly Item[]) => ({
    code: 'ambiguous_name',
    message: `${word} is the name of several: ${found.map(lies).join(', ')}`,
    next: 'write the id, or the whole path',
    details: { candidates: found.map(({ id }) => id) },
  }),
})

/** Finds the id of what a word names: an id as it is, else a path or a name. */
export const findId = async (api: Api, among: Among, word: string): Promise<string> => {
  const { collection } = among
  if (collection.id?.test(word)) return word
  const found = await candidates(api, among, word)
  const [only] = found
  const say = sayOf(collection, word)
  if (only === undefined) throw new CliFailure('notFound', say.none)
  if (found.length > 1) throw new CliFailure('usage', say.several(found))
  return String(only.id ?? only.kid)
}
