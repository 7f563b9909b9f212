import type { Entries, RoleRef } from './entry.ts'

/** A policy where its account has it. */
export type PolicyEntry = Omit<Entries['trust_policy'], 'service_account'>

/** An account with its policies; without the list they are none of the document's business. */
export type AccountEntry = Entries['service_account'] & {
  readonly trust_policies?: readonly PolicyEntry[] | undefined
}

/** A binding as it is written: built-in roles by their bare names. */
export type BindingEntry = Omit<Entries['role_binding'], 'role'> & {
  readonly role: RoleRef | string
}

/** An issuer as it may be written: what is left out follows from its preset. */
export type IssuerEntry = Omit<
  Entries['issuer'],
  'name' | 'preset' | 'algorithms' | 'max_token_age_seconds'
> & {
  readonly name?: string | undefined
  readonly preset?: string | null | undefined
  readonly algorithms?: readonly string[] | undefined
  readonly max_token_age_seconds?: number | undefined
}

/** The configuration of a subtree. What is left out as a list is none of its business. */
export interface StateDocument {
  readonly format: 1
  /** Where the subtree begins. */
  readonly namespace: string
  readonly namespaces?: readonly Entries['namespace'][] | undefined
  readonly resource_servers?: readonly Entries['resource_server'][] | undefined
  readonly roles?: readonly Entries['role'][] | undefined
  readonly groups?: readonly Entries['group'][] | undefined
  readonly issuers?: readonly Entries['issuer'][] | undefined
  readonly service_accounts?: readonly AccountEntry[] | undefined
  readonly role_bindings?: readonly BindingEntry[] | undefined
}

/** A document as it was written. */
export type StateDraft = Omit<StateDocument, 'issuers'> & {
  readonly issuers?: readonly IssuerEntry[] | undefined
}
