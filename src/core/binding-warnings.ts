import { ownerRoleId } from './permission.ts'

/** What of a binding a person should think about twice. */
export const bindingWarningNames = [
  /** Least privilege: for who manages accounts, `deployer` normally suffices. */
  'owner_bound',
  /** It also holds in the namespaces below. */
  'reaches_down',
  /** Whoever is put into the group gets it. */
  'group_bound',
] as const
export type BindingWarning = (typeof bindingWarningNames)[number]

/** A binding with what to think about, and the number of namespaces below where it holds as well. */
export interface Warned {
  readonly warnings: readonly BindingWarning[]
  readonly namespacesBelow: number
}

/** What to think about before a role is bound, or left so. */
export const bindingWarnings = (
  { roleId, groupId }: { readonly roleId: string; readonly groupId: string | null },
  namespacesBelow: number,
): Warned => ({
  warnings: [
    ...(roleId === ownerRoleId ? (['owner_bound'] as const) : []),
    ...(namespacesBelow > 0 ? (['reaches_down'] as const) : []),
    ...(groupId === null ? [] : (['group_bound'] as const)),
  ],
  namespacesBelow,
})
