import { refText } from './format.ts'
import type { Fault } from './place.ts'
import type { FileAccount } from './read.ts'

/** Something about a policy that a person should know, and where it stands. */
export interface Finding extends Fault {
  /** An error keeps the policy from being saved, or from ever accepting anything. */
  readonly severity: 'error' | 'warning'
  /** The account and the policy that it is about. */
  readonly service_account: string
  readonly policy: string
}

/** What is found in one policy, with a pointer into it. */
export interface Found extends Pick<Finding, 'severity' | 'code' | 'message'> {
  readonly pointer: string
}

/** Puts what was found at its place in the file. */
export const located = (
  { account, policies, locate }: FileAccount,
  index: number,
  { pointer, ...found }: Found,
): Finding => ({
  ...found,
  ...locate(`/policies/${index}${pointer}`),
  service_account: refText(account),
  policy: policies[index]?.name ?? '',
})
