import {
  isAtOrBelow,
  isNamespacePath,
  lineOf,
  namespacePathProblem,
  parentPath,
  rootPath,
  tenantPath,
} from './namespace.ts'
import { type Problem, problem } from './problem.ts'

/** A namespace on its way, by its path now and the one that it shall have. */
export interface Move {
  readonly from: string
  readonly to: string
}

const wrong = (detail: string): Problem =>
  problem('validation-failed', detail, [{ pointer: '/path', detail }])

/** Whether a namespace can be moved there at all, whoever asks: null, or the problem. */
export const refuseMove = ({ from, to }: Move): Problem | null => {
  if (parentPath(from) === rootPath) {
    return wrong('/ and top-level namespaces stay where they are: each is a world of its own')
  }
  if (!isNamespacePath(to)) return namespacePathProblem
  if (tenantPath(to) !== tenantPath(from) || parentPath(to) === rootPath) {
    return wrong(`it can only be moved within ${tenantPath(from)}`)
  }
  if (to !== from && isAtOrBelow(to, from)) return wrong('it cannot be moved below itself')
  return null
}

/** The namespaces above the old place that are not above the new one. */
export const leftBehind = ({ from, to }: Move): readonly string[] => {
  const above = new Set(lineOf(parentPath(to)))
  return lineOf(parentPath(from)).filter((path) => !above.has(path))
}

/** The namespaces above the new place that are not above the old one. */
export const newlyAbove = ({ from, to }: Move): readonly string[] =>
  leftBehind({ from: to, to: from })

/** The namespaces above both places. */
export const aboveBoth = ({ from, to }: Move): readonly string[] => {
  const above = new Set(lineOf(parentPath(to)))
  return lineOf(parentPath(from)).filter((path) => above.has(path))
}
