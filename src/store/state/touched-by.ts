import type { Kind } from '../../core/state/entry.ts'
import type { Touched } from '../pending/touched.ts'
import type { StateChanges } from './state-tables.ts'

/** All of a document's changes that give accounts something, or take it. */
export const touchedBy = ({ made, changed, gone, joined, left }: StateChanges): Touched => {
  const ids = (kind: Kind) => [
    ...made[kind].map((row) => row.id),
    ...changed[kind].map((row) => row.id),
    ...gone[kind],
  ]
  const moved = [...joined, ...left].map(({ serviceAccountId }) => serviceAccountId)
  return {
    accounts: [...ids('service_account'), ...moved],
    policies: ids('trust_policy'),
    bindings: ids('role_binding'),
    roles: ids('role'),
    issuers: ids('issuer'),
  }
}
