import type { Context } from '../../context.ts'
import { bindingWarnings, type Warned } from '../../core/binding-warnings.ts'
import type { RoleBinding } from '../../store/roles/role-bindings.ts'
import { countBelow } from '../../store/tree/namespaces.ts'

/** A binding with what to think about. */
export type WarnedBinding = RoleBinding & Warned

/** Adds to bindings what a person should think about twice (T39, M11). */
export const warn = async <Binding extends RoleBinding>(
  { db }: Context,
  bindings: readonly Binding[],
): Promise<readonly (Binding & Warned)[]> => {
  if (bindings.length === 0) return []
  const counts = await countBelow(
    db,
    bindings.map(({ namespacePath }) => namespacePath),
  )
  return bindings.map((binding) => ({
    ...binding,
    ...bindingWarnings(binding, counts.get(binding.namespacePath) ?? 0),
  }))
}
