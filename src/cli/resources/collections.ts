import type { Collection } from './collection.ts'
import { accessCollections } from './tables/access.ts'
import { credentialCollections } from './tables/credentials.ts'
import { recordCollections } from './tables/records.ts'
import { treeCollections } from './tables/tree.ts'

/** Every collection that has commands. */
export const collections: readonly Collection[] = [
  ...accessCollections,
  ...treeCollections,
  ...credentialCollections,
  ...recordCollections,
]

/** Finds the collection whose objects have this parameter for their id in paths. */
export const collectionOf = (parameter: string): Collection => {
  const found = collections.find((each) => each.parameter === parameter)
  if (found === undefined) throw new TypeError(`no collection has ${parameter}`)
  return found
}
