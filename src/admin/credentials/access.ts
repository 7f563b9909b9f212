import { guardParts, type PartKey } from '../parts.ts'

/** Names a credential: the account it belongs to, and its id. */
export type CredentialKey = PartKey

/** Accounts whose secrets, keys and named tokens the actor may list, or make and end. */
export const { readable, changeable } = guardParts('credentials:read', 'credentials:write')
