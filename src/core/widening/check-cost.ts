import type { Json } from '../json.ts'
import { isMatcher } from '../matcher.ts'

/** How often a pattern goes over a value at most: once for each of its pieces. */
export const piecesOfGlob = (glob: string): number => 2 * glob.split('*').length - 1

/** How often matchers go over a value at most. */
export const piecesOf = (matchers: readonly unknown[]): number =>
  matchers.reduce<number>((sum, matcher) => {
    if (!isMatcher(matcher) || typeof matcher !== 'object') return sum + 1
    if ('any_of' in matcher) return sum + piecesOf(matcher.any_of)
    if ('not' in matcher) return sum + piecesOf([matcher.not])
    return sum + ('glob' in matcher ? piecesOfGlob(matcher.glob) : 1)
  }, 0)

const unitsPerPiece = 0.2
const unitsPerCharacter = 0.005

/** What it costs, in the units of a budget, to go over a value so many times. */
export const matchUnits = (pieces: number, value: Json | undefined): number =>
  pieces * (unitsPerPiece + (typeof value === 'string' ? value.length * unitsPerCharacter : 0))

/** What it costs to ask two policies about a token. */
export const checkUnits = (
  bounds: readonly { readonly claim: string; readonly pieces: number }[],
  values: ReadonlyMap<string, Json | undefined>,
): number =>
  bounds.reduce((sum, { claim, pieces }) => sum + matchUnits(pieces, values.get(claim)), 10)
