import * as z from 'zod'
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
} from './imported.ts'
import { matcherOfLike } from './patterns.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const list = z.union([scalar.transform((one) => [one]), z.array(scalar).min(1)])
const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]).nullish()

/** The part of a role that decides who gets in; the rest says what Vault gives. */
const Role = z.looseObject({
  role_type: z.string().default('oidc'),
  bound_audiences: texts,
  bound_subject: z.string().nullish(),
  bound_claims: z.record(z.string(), list).nullish(),
  bound_claims_type: z.enum(['', 'string', 'glob']).default('string'),
  user_claim: z.string().nullish(),
  token_policies: texts,
})
type Role = z.output<typeof Role>

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

const present: Matcher = { present: true }

const claimsOf = (role: Role, base: string, notes: Notes): Record<string, Matcher> => {
  const glob = role.bound_claims_type === 'glob'
  const claims = Object.entries(role.bound_claims ?? {}).map(([claim, values]) => {
    const pointer = `${base}${pointerTo(claim)}`
    return [claim, anyOf(values.map((value) => matcherOf(value, glob, { pointer, notes })))]
  })
  const subject = role.bound_subject ? [['sub', role.bound_subject]] : []
  // Vault refuses a token without the claim that names its user; `sub` every token here has.
  const user = role.user_claim && role.user_claim !== 'sub' ? [[role.user_claim, present]] : []
  return Object.fromEntries([...user, ...subject, ...claims]) as Record<string, Matcher>
}

const commentsOf = (role: Role): string[] => [
  ...(role.bound_audiences ?? []).map((audience) => `Vault took the audience ${audience}`),
  ...(role.user_claim ? [`Vault named the user by the claim ${role.user_claim}`] : []),
  ...(role.token_policies ?? []).map((policy) => `Vault gave the policy ${policy}`),
]

const refuseForm = (role: Role, base: string, notes: Notes): boolean => {
  if (role.role_type !== 'jwt') {
    notes.refuse(`${base}/role_type`, 'expected a role of type jwt; oidc is a login of people')
  }
  const subjectTwice = Boolean(role.bound_subject) && role.bound_claims?.sub !== undefined
  if (subjectTwice) notes.refuse(`${base}/bound_subject`, 'both bound_subject and sub are bound')
  return role.role_type !== 'jwt' || subjectTwice
}

/** Reads a role of Vault's JWT auth method, as the API or `vault read -format=json` gives it. */
export const importVault = ({ value, locate }: PlainDocument, target: ImportTarget): Imported => {
  const notes = openNotes(locate)
  const wrapped = isJsonObject(value) && isJsonObject(value.data)
  const base = wrapped ? '/data' : ''
  const read = Role.safeParse(wrapped ? value.data : value)
  if (!read.success) {
    for (const { path, message } of read.error.issues) {
      notes.refuse(`${base}${path.map((part) => `/${String(part)}`).join('')}`, message)
    }
    return { policies: [], findings: notes.findings }
  }
  const { issuer } = target
  if (issuer === undefined) notes.refuse('', 'a role does not name the issuer; give it by --issuer')
  if (refuseForm(read.data, base, notes) || issuer === undefined) {
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
