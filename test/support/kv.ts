import type { Miniflare } from 'miniflare'

export interface KvAccess {
  keys(): Promise<string[]>
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

interface Page {
  readonly keys: readonly { readonly name: string }[]
  readonly list_complete: boolean
  readonly cursor?: string
}

/** Reaches into the REPLAY namespace of whichever instance is running now. */
export function kvAccess(running: () => Miniflare): KvAccess {
  const namespace = async (): Promise<Namespace> =>
    (await running().getKVNamespace('REPLAY', 'gatehouse')) as unknown as Namespace
  return {
    keys: async () => listKeys(await namespace()),
    get: async (key) => (await namespace()).get(key),
    put: async (key, value) => (await namespace()).put(key, value),
    clear: async () => {
      const kv = await namespace()
      await Promise.all((await listKeys(kv)).map((key) => kv.delete(key)))
    },
  }
}

async function listKeys(kv: Namespace): Promise<string[]> {
  const found: string[] = []
  let page: Page | undefined
  do {
    page = await kv.list(page?.cursor === undefined ? {} : { cursor: page.cursor })
    found.push(...page.keys.map((key) => key.name))
  } while (!page.list_complete)
  return found
}
