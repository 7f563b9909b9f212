import type { Miniflare } from 'miniflare'

export interface KvAccess {
  keys(): Promise<string[]>
  /** When each entry is forgotten, in epoch seconds, by key. */
  expirations(): Promise<ReadonlyMap<string, number | undefined>>
  get(key: string): Promise<string | null>
  put(key: string, value: string): Promise<void>
  /** Forgets everything. */
  clear(): Promise<void>
}

// Miniflare's own type refers to a package that is not installed.
interface Namespace {
  list(options: { cursor?: string }): Promise<Page>
  get(key: string): Promise<string | null>
  put(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
}

interface Listed {
  readonly name: string
  readonly expiration?: number
}

interface Page {
  readonly keys: readonly Listed[]
  readonly list_complete: boolean
  readonly cursor?: string
}

/** Reaches into the REPLAY namespace of whichever instance is running now. */
export function kvAccess(running: () => Miniflare): KvAccess {
  const namespace = async (): Promise<Namespace> =>
    (await running().getKVNamespace('REPLAY', 'gatehouse')) as unknown as Namespace
  return {
    keys: async () => (await list(await namespace())).map(({ name }) => name),
    expirations: async () =>
      new Map((await list(await namespace())).map(({ name, expiration }) => [name, expiration])),
    get: async (key) => (await namespace()).get(key),
    put: async (key, value) => (await namespace()).put(key, value),
    clear: async () => {
      const kv = await namespace()
      await Promise.all((await list(kv)).map(({ name }) => kv.delete(name)))
    },
  }
}

async function list(kv: Namespace): Promise<Listed[]> {
  const found: Listed[] = []
  let page: Page | undefined
  do {
    page = await kv.list(page?.cursor === undefined ? {} : { cursor: page.cursor })
    found.push(...page.keys)
  } while (!page.list_complete)
  return found
}
