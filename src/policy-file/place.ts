import type { Document } from 'yaml'
import { isCollection, isMap, isNode, isPair, isScalar, type LineCounter, type Node } from 'yaml'

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Something that is wrong at a place. */
export interface Fault extends Place {
  /** Stable, for programs. */
  readonly code: string
  readonly message: string
}

/** Orders places as a reader meets them. */
export const byPlace = (one: Place, other: Place): number =>
  one.line - other.line || one.column - other.column

/** Finds the place that a JSON Pointer (RFC 6901) into a document means, or the nearest above it. */
export type Locate = (pointer: string, what?: 'key') => Place

const offsetOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)

/** The place of an offset in a text. */
export const placeAt = (lines: LineCounter, offset: number): Place => {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

interface Step {
  readonly node: Node | undefined
  readonly key: number | undefined
}

const stepInto = (node: Node, token: string): Step | undefined => {
  if (!isCollection(node)) return undefined
  if (!isMap(node)) {
    const item = node.items[Number(token)]
    return isNode(item) ? { node: item, key: offsetOf(item) } : undefined
  }
  const pair = node.items.find(
    (each) => isPair(each) && isScalar(each.key) && String(each.key.value) === token,
  )
  if (pair === undefined) return undefined
  return { node: isNode(pair.value) ? pair.value : undefined, key: offsetOf(pair.key) }
}

/** The parts of a pointer in plain text. */
export const tokensOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Finds places in one document of a file. */
export const locator =
  (document: Document.Parsed, lines: LineCounter): Locate =>
  (pointer, what) => {
    let node: Node | undefined = document.contents ?? undefined
    let offset = offsetOf(node) ?? document.range[0]
    for (const token of tokensOf(pointer)) {
      const step: Step | undefined = node && stepInto(node, token)
      if (step === undefined) break
      node = step.node
      // A collection begins on its own first line; a person looks for its name.
      const named = what === 'key' || isCollection(node)
      offset = (named ? step.key : offsetOf(node)) ?? step.key ?? offset
    }
    return placeAt(lines, offset)
  }
