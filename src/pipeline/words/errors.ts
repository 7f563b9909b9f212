import { oneLine } from '../../core/one-line.ts'
import { askAdmin, type Row } from './row.ts'

/** By the `error` of RFC 6749; what is refused without a reason. */
export const errors: Readonly<Record<string, Row>> = {
  invalid_client: {
    code: 'refused',
    message: ({ clientId }) => `The gateway does not accept the credential of ${clientId}`,
    // Nothing is on record for a client that did not show who it is: only the log tells more.
    next: () =>
      "log in again: gatehouse login (or renew the secret or key); the reason is in the gateway's log",
  },
  invalid_target: {
    code: 'denied',
    message: ({ audience, clientId }) =>
      audience === undefined
        ? `${clientId} has roles for several APIs or for none; expected an audience`
        : `There is no API ${oneLine(audience)}, or ${clientId} has no role for it`,
    next: ({ audience }) =>
      audience === undefined
        ? 'name the API with --audience'
        : 'check the identifier and the roles',
  },
  invalid_scope: {
    code: 'denied',
    message: ({ clientId }) => `${clientId} asked for a scope that it does not hold`,
    next: () => 'ask for fewer scopes, or bind a role that has them',
  },
  unauthorized_client: {
    code: 'denied',
    message: ({ clientId }) => `This grant is not enabled for ${clientId}`,
    next: askAdmin,
  },
  subject_refused: {
    code: 'denied',
    message: ({ clientId }) =>
      `The gateway does not accept this job for ${clientId}, and tells a stranger no more than that`,
    next: (facts) =>
      `check the client id and that a policy of it pins this repository or project by id; ${askAdmin(facts)}`,
  },
  invalid_request: {
    code: 'refused',
    message: ({ refusal }) => `The gateway takes the request for malformed: ${refusal.description}`,
    next: () => 'check the values that were given',
  },
}

/** An error that this table does not know. */
export const unknown: Row = {
  code: 'refused',
  message: ({ refusal }) => `The gateway refused: ${refusal.error} (${refusal.description})`,
  next: askAdmin,
}
