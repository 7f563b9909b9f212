import type { WantedPlace } from '../../../admin/policies/suggestions.ts'
import { idOf, path } from '../fields.ts'

/** The members by which a body says where a policy is wanted. */
export const placeMembers = {
  service_account_id: idOf('service account').optional(),
  namespace: path.optional(),
}

interface Said {
  readonly service_account_id?: string | undefined
  readonly namespace?: string | undefined
}

/** Exactly one of the two says where. */
export const hasOnePlace = ({ service_account_id: account, namespace }: Said): boolean =>
  (account === undefined) !== (namespace === undefined)

export const onePlace = {
  path: ['namespace'],
  error: 'send service_account_id, or namespace where there is no account yet',
}

/** Where a body says that a policy is wanted. */
export const toPlace = ({ service_account_id: id, namespace = '' }: Said): WantedPlace =>
  id === undefined ? { kind: 'namespace', path: namespace } : { kind: 'account', id }
