import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { StateDocument } from '../../core/state/document.ts'
import { documentOf } from '../../core/state/export.ts'
import { readSnapshot } from './read.ts'
import { findSubtree } from './subtree.ts'

/** The largest document that can be written down, for larger ones could not be applied. In characters. */
export const maxDocument = 4_194_304

const tooLarge = problem(
  'body-too-large',
  'the document would be larger than 4 MiB; export smaller subtrees',
)

/** Writes down the whole configuration of a namespace and all below it, without secrets. */
export const exportState = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<StateDocument, Problem>> => {
  const found = await findSubtree(context, actor, id)
  if (!found.ok) return found
  const { world } = await readSnapshot(context, found.value)
  const document = documentOf(world, found.value.path)
  return JSON.stringify(document).length <= maxDocument ? ok(document) : err(tooLarge)
}
