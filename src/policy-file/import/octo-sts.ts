import * as z from 'zod'
import { pointerTo } from '../../core/lint/claims.ts'
import type { Matcher } from '../../core/trust-policy.ts'
import type { PlainDocument } from '../yaml-text.ts'
import { finished, type Imported, type ImportTarget, type Notes, openNotes } from './imported.ts'
import { matcherOfRegex } from './patterns.ts'

const text = z.string().optional()

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

const issuerOf = ({ issuer, issuer_pattern: pattern }: Policy, notes: Notes): string | null => {
  if (issuer !== undefined) return issuer
  const found = pattern === undefined ? null : matcherOfRegex(pattern)
  if (typeof found === 'string') return found
  return notes.refuse('/issuer_pattern', 'a policy trusts one issuer; write one policy for each')
}

const subjectOf = (policy: Policy, notes: Notes): Matcher | null | undefined => {
  if (policy.subject !== undefined) return policy.subject
  if (policy.subject_pattern === undefined) return undefined
  return fromPattern(policy.subject_pattern, '/subject_pattern', notes)
}

const claimsOf = (policy: Policy, notes: Notes): Record<string, Matcher> | null => {
  const claims: Record<string, Matcher> = {}
  const subject = subjectOf(policy, notes)
  if (subject !== undefined && subject !== null) claims.sub = subject
  let whole = subject !== null
  for (const [claim, pattern] of Object.entries(policy.claim_pattern)) {
    const at = pointerTo(claim).replace('/bound_claims/', '/claim_pattern/')
    const matcher = fromPattern(pattern, at, notes)
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
    for (const { path, message } of read.error.issues) {
      notes.refuse(path.map((part) => `/${String(part)}`).join(''), message)
    }
    return { policies: [], findings: notes.findings }
  }
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
