import * as z from 'zod'
import { type Notes, pointerBelow } from './imported.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const list = z.union([scalar.transform((one) => [one]), z.array(scalar).min(1)])
const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]).nullish()

/** The part of a role that decides who gets in. */
export const Role = z.looseObject({
  role_type: z.string().default('oidc'),
  bound_audiences: texts,
  bound_subject: z.string().nullish(),
  bound_claims: z.record(z.string(), list).nullish(),
  bound_claims_type: z.enum(['', 'string', 'glob']).default('string'),
  user_claim: z.string().nullish(),
  user_claim_json_pointer: z.boolean().nullish(),
  groups_claim: z.string().nullish(),
  token_policies: texts,
})
export type Role = z.output<typeof Role>

// Says what Vault gives, and for how long; or counts for a login of people only.
const gives = [
  'alias_metadata',
  'allowed_redirect_uris',
  'claim_mappings',
  'clock_skew_leeway',
  'expiration_leeway',
  'max_age',
  'max_ttl',
  'name',
  'not_before_leeway',
  'num_uses',
  'oidc_scopes',
  'period',
  'policies',
  'token_explicit_max_ttl',
  'token_max_ttl',
  'token_no_default_policy',
  'token_num_uses',
  'token_period',
  'token_ttl',
  'token_type',
  'ttl',
  'verbose_oidc_logging',
]
const known = [...Object.keys(Role.shape), ...gives]

// What Vault answers where nothing is set.
const saysNothing = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0)

/** Whether members are set that are not known here: each may be a condition, and is told. */
export const refuseUnknown = (
  object: object,
  { known, base }: { readonly known: readonly string[]; readonly base: string },
  notes: Notes,
): boolean => {
  const strange = Object.entries(object).filter(
    ([name, value]) => !known.includes(name) && !saysNothing(value),
  )
  for (const [name] of strange) {
    notes.refuse(pointerBelow(base, name), `${name} is no condition that a policy here can have`)
  }
  return strange.length > 0
}

/** Whether a role says something that no policy here can say; each is told. */
export const refuseForm = (role: Role, base: string, notes: Notes): boolean => {
  const refused: string[] = []
  const refuse = (name: keyof Role & string, message: string): void => {
    notes.refuse(`${base}/${name}`, message)
    refused.push(name)
  }
  if (role.role_type !== 'jwt') {
    refuse('role_type', 'expected a role of type jwt; oidc is a login of people')
  }
  if (
    role.bound_subject &&
    ['sub', '/sub'].some((name) => role.bound_claims?.[name] !== undefined)
  ) {
    refuse('bound_subject', 'both bound_subject and sub are bound')
  }
  if (role.user_claim?.startsWith('/') && !role.user_claim_json_pointer) {
    refuse('user_claim', `${role.user_claim} is a name there, and would be a pointer here`)
  }
  const unknown = refuseUnknown(role, { known, base }, notes)
  return unknown || refused.length > 0
}
