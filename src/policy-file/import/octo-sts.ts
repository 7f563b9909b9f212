import * as z from 'zod'
import type { Matcher } from '../../core/trust-policy.ts'
import type { PlainDocument } from '../yaml-text.ts'
import {
  finished,
  type Imported,
  type ImportTarget,
  type Notes,
  openNotes,
  pointerBelow,
  refuseShape,
} from './imported.ts'
import { matcherOfRegex } from './patterns.ts'

// Go's way: an empty text is one that is left out.
const text = z
  .string()
  .transform((value) => value || undefined)
  .optional()

/** A trust policy of octo-sts; what is not known here is refused, as it may narrow. */
const Policy = z.strictObject({
  issuer: text,
  issuer_pattern: text,
  subject: text,
  subject_pattern: text,
  audience: text,
  audience_pattern: text,
  claim_pattern: z.record(z.string(), z.string()).default({}),
  permissions: z.record(z.string(), z.string()).default({}),
  repositories: z.array(z.string()).default([]),
})
type Policy = z.output<typeof Policy>

const fromPattern = (pattern: string, pointer: string, notes: Notes): Matcher | null =>
  matcherOfRegex(pattern) ??
  notes.refuse(
    pointer,
    `no matcher accepts just what ${JSON.stringify(pattern)} does; write the values, or a glob, by hand`,
  )

/** Whether a policy names both of a pair, or neither where one is asked for, as octo-sts does. */
const refuseForm = (policy: Policy, notes: Notes): boolean => {
  const wrong = (['issuer', 'subject', 'audience'] as const).filter((name) => {
    const pattern = `${name}_pattern` as const
    const named = [name, pattern].filter((each) => policy[each as typeof name] !== undefined)
    if (named.length === 1 || (named.length === 0 && name === 'audience')) return false
    notes.refuse(`/${name}`, `expected either ${name} or ${pattern}, got ${named.length} of them`)
    return true
  })
  return wrong.length > 0
}

const issuerOf = ({ issuer, issuer_pattern: pattern }: Policy, notes: Notes): string | null => {
  if (issuer !== undefined) return issuer
  const found = pattern === undefined ? null : matcherOfRegex(pattern)
  if (typeof found === 'string') return found
  return notes.refuse('/issuer_pattern', 'a policy trusts one issuer; write one policy for each')
}

const subjectOf = ({ subject, subject_pattern: pattern = '' }: Policy, notes: Notes) =>
  subject ?? fromPattern(pattern, '/subject_pattern', notes)

const refuseName = (claim: string, pointer: string, notes: Notes): boolean => {
  if (claim === 'sub') notes.refuse(pointer, 'sub is bound by the subject already; write one')
  // There it is the name of one claim.
  if (claim.startsWith('/'))
    notes.refuse(pointer, `${claim} would be a pointer into the claims here`)
  return claim === 'sub' || claim.startsWith('/')
}

const claimsOf = (policy: Policy, notes: Notes): Record<string, Matcher> | null => {
  const claims: Record<string, Matcher> = {}
  const subject = subjectOf(policy, notes)
  if (subject !== null) claims.sub = subject
  let whole = subject !== null
  for (const [claim, pattern] of Object.entries(policy.claim_pattern)) {
    const at = pointerBelow('/claim_pattern', claim)
    const matcher = refuseName(claim, at, notes) ? null : fromPattern(pattern, at, notes)
    if (matcher === null) whole = false
    else claims[claim] = matcher
  }
  // Without one of its conditions it would accept more than before.
  return whole ? claims : null
}

const commentsOf = ({ permissions, repositories, audience }: Policy): string[] => [
  ...Object.entries(permissions).map(([name, level]) => `octo-sts gave ${name}: ${level}`),
  ...(repositories.length > 0 ? [`octo-sts gave repositories: ${repositories.join(', ')}`] : []),
  ...(audience === undefined ? [] : [`octo-sts took the audience ${audience}`]),
]

/** Reads a trust policy of octo-sts (`*.sts.yaml`). */
export const importOctoSts = ({ value, locate }: PlainDocument, target: ImportTarget): Imported => {
  const notes = openNotes(locate)
  const read = Policy.safeParse(value)
  if (!read.success) {
    refuseShape(read.error, '', notes)
    return { policies: [], findings: notes.findings }
  }
  if (refuseForm(read.data, notes)) return { policies: [], findings: notes.findings }
  const issuer = issuerOf(read.data, notes)
  const bound_claims = claimsOf(read.data, notes)
  if (issuer === null || bound_claims === null) return { policies: [], findings: notes.findings }
  const policy = {
    name: target.fileName.replace(/\.sts\.ya?ml$/, ''),
    comments: commentsOf(read.data),
    issuer,
    audience: target.audience,
    bound_claims,
  }
  return { policies: [finished(policy, notes, locate)], findings: notes.findings }
}
