import { isJsonObject } from '../../core/json.ts'
import { pointerTo } from '../../core/lint/claims.ts'
import type { Matcher } from '../../core/trust-policy.ts'
import type { PlainDocument } from '../yaml-text.ts'
import {
  anyOf,
  finished,
  type Imported,
  type ImportTarget,
  type Notes,
  openNotes,
  refuseShape,
} from './imported.ts'
import { matcherOfLike } from './patterns.ts'
import { Role, refuseForm, refuseUnknown } from './vault-role.ts'

const matcherOf = (
  value: string | number | boolean,
  glob: boolean,
  at: { readonly pointer: string; readonly notes: Notes },
): Matcher => {
  if (!glob || typeof value !== 'string') return value
  const like = matcherOfLike(value, false) ?? { matcher: value, narrowed: false }
  if (like.narrowed) {
    const words = `in ${value}, * was any text; here it stops at : and is never empty, so less is accepted`
    at.notes.narrow(at.pointer, words)
  }
  return like.matcher
}

// What `vault read` puts around a role.
const answer = [
  'auth',
  'data',
  'lease_duration',
  'lease_id',
  'mount_type',
  'renewable',
  'request_id',
  'warnings',
  'wrap_info',
]

const present: Matcher = { present: true }

const claimsOf = (role: Role, base: string, notes: Notes): Record<string, Matcher> => {
  const glob = role.bound_claims_type === 'glob'
  const claims = Object.entries(role.bound_claims ?? {}).map(([claim, values]) => {
    const pointer = `${base}${pointerTo(claim)}`
    return [claim, anyOf(values.map((value) => matcherOf(value, glob, { pointer, notes })))]
  })
  const subject = role.bound_subject ? [['sub', role.bound_subject]] : []
  // Vault refuses a token without the claims of its user and groups; `sub` every token here has.
  const asked = [role.user_claim, role.groups_claim]
    .filter((claim) => claim && claim !== 'sub')
    .map((claim) => [claim, present])
  return Object.fromEntries([...asked, ...subject, ...claims]) as Record<string, Matcher>
}

const commentsOf = (role: Role): string[] => [
  ...(role.bound_audiences ?? []).map((audience) => `Vault took the audience ${audience}`),
  ...(role.user_claim ? [`Vault named the user by the claim ${role.user_claim}`] : []),
  ...(role.groups_claim ? [`Vault took the groups of the claim ${role.groups_claim}`] : []),
  ...(role.token_policies ?? []).map((policy) => `Vault gave the policy ${policy}`),
]

/** Reads a role of Vault's JWT auth method, as the API or `vault read -format=json` gives it. */
export const importVault = ({ value, locate }: PlainDocument, target: ImportTarget): Imported => {
  const notes = openNotes(locate)
  const wrapped = isJsonObject(value) && isJsonObject(value.data)
  const base = wrapped ? '/data' : ''
  const read = Role.safeParse(wrapped ? value.data : value)
  if (!read.success) {
    refuseShape(read.error, base, notes)
    return { policies: [], findings: notes.findings }
  }
  const { issuer } = target
  if (issuer === undefined) notes.refuse('', 'a role does not name the issuer; give it by --issuer')
  const refused = [
    refuseForm(read.data, base, notes),
    wrapped && refuseUnknown(value, { known: answer, base: '' }, notes),
  ]
  if (refused.includes(true) || issuer === undefined) {
    return { policies: [], findings: notes.findings }
  }
  const policy = {
    name: target.fileName.replace(/\.json$/, ''),
    comments: commentsOf(read.data),
    issuer,
    audience: target.audience,
    bound_claims: claimsOf(read.data, base, notes),
  }
  return { policies: [finished(policy, notes, locate)], findings: notes.findings }
}
