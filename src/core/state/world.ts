import { type Entries, type Kind, kinds } from './entry.ts'
import { keyText } from './keys.ts'

/** An object of a subtree, or one above it that the subtree may refer to. */
export interface Item<K extends Kind = Kind> {
  readonly id: string
  readonly entry: Entries[K]
  /** Whether it lies in the subtree, and so is a document's to change. */
  readonly inside: boolean
}

/** All that a document can be about, by kind and key. */
export type World = { readonly [K in Kind]: ReadonlyMap<string, Item<K>> }

/** A world in the making. */
export type OpenWorld = { readonly [K in Kind]: Map<string, Item<K>> }

/** A world with nothing in it. */
export const emptyWorld = (): OpenWorld =>
  Object.fromEntries(kinds.map((kind) => [kind, new Map()])) as unknown as OpenWorld

/** Puts an object into a world under its key. */
export const put = <K extends Kind>(world: OpenWorld, kind: K, item: Item<K>): void => {
  const items: Map<string, Item<K>> = world[kind]
  items.set(keyText(kind, item.entry), item)
}

/** An object that a document asks for, and where it says so. */
export interface Wanted<K extends Kind = Kind> {
  readonly entry: Entries[K]
  /** RFC 6901, into the document. */
  readonly pointer: string
}

/** What a document asks for. A kind that it does not list at all is none of its business. */
export type WantedWorld = {
  readonly [K in Kind]: {
    /** Whether what is left out is to go, where that is asked for. */
    readonly isListed: (entry: Entries[K]) => boolean
    readonly items: ReadonlyMap<string, Wanted<K>>
  }
}
