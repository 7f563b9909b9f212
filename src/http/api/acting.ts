/** What changing what somebody can act by is refused for: policies, roles, credentials. */
export const actingAs = [
  'not-found',
  'permission-denied',
  'privilege-escalation',
  'self-modification',
] as const
