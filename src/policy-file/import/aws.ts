import * as z from 'zod'
import type { Matcher } from '../../core/trust-policy.ts'
import type { WrittenPolicy } from '../write.ts'
import type { PlainDocument } from '../yaml-text.ts'
import { mayDeny, providerOf, refuseAction, Statement } from './aws-statement.ts'
import {
  anyOf,
  finished,
  type Imported,
  type ImportTarget,
  type Notes,
  openNotes,
  pointerBelow,
  refuseShape,
} from './imported.ts'
import { matcherOfLike } from './patterns.ts'

const Document = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(z.unknown()).min(1), z.looseObject({})], {
    error: 'expected an IAM trust policy with at least one Statement',
  }),
})

const operator = /^(?:ForAnyValue:)?(StringEquals|StringLike)$/

/** What is collected of one statement. */
interface Draft {
  readonly claims: Record<string, Matcher>
  readonly audiences: string[]
}

const matcherOf = (
  values: readonly string[],
  like: boolean,
  at: { readonly pointer: string; readonly notes: Notes },
): Matcher | null => {
  const matchers: Matcher[] = []
  for (const value of values) {
    if (value.includes('${')) {
      return at.notes.refuse(at.pointer, `${value} depends on who asks; write the value`)
    }
    const found = like ? matcherOfLike(value, true) : { matcher: value, narrowed: false }
    if (found === null) {
      return at.notes.refuse(at.pointer, `nothing here is like ${value}: ? has no counterpart`)
    }
    if (found.narrowed) {
      const words = `in ${value}, * was any text; here it stops at : and is never empty, so less is accepted`
      at.notes.narrow(at.pointer, words)
    }
    matchers.push(found.matcher)
  }
  return anyOf(matchers)
}

const addCondition = (
  draft: Draft,
  {
    name,
    key,
    values,
  }: { readonly name: string; readonly key: string; readonly values: readonly string[] },
  at: { readonly pointer: string; readonly notes: Notes; readonly provider: string },
): boolean => {
  const kind = operator.exec(name)?.[1]
  if (kind === undefined) {
    at.notes.refuse(at.pointer, `${name} has no counterpart; StringEquals and StringLike have`)
    return false
  }
  const claim = key.startsWith(`${at.provider}:`) ? key.slice(at.provider.length + 1) : undefined
  // A pointer here would be the name of one claim there.
  if (claim === undefined || claim in draft.claims || claim.startsWith('/')) {
    at.notes.refuse(at.pointer, `${key} is no claim of ${at.provider} that is free to be bound`)
    return false
  }
  if (claim === 'aud') {
    draft.audiences.push(...values)
    return true
  }
  const matcher = matcherOf(values, kind === 'StringLike', at)
  if (matcher !== null) draft.claims[claim] = matcher
  return matcher !== null
}

const policyOf = (
  statement: Statement,
  { pointer, target, notes }: { readonly pointer: string; target: ImportTarget; notes: Notes },
): WrittenPolicy | null => {
  if (refuseAction(statement, pointer, notes)) return null
  const provider = providerOf(statement, pointer, notes)
  if (provider === null) return null
  const draft: Draft = { claims: {}, audiences: [] }
  const conditions = Object.entries(statement.Condition).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ name, key, values })),
  )
  // All of them, so that all that is wrong is told at once.
  const added = conditions.map((condition) => {
    const at = pointerBelow(pointer, 'Condition', condition.name, condition.key)
    return addCondition(draft, condition, { pointer: at, notes, provider })
  })
  if (added.includes(false)) return null
  return {
    name: statement.Sid ?? `${target.fileName.replace(/\.json$/, '')} ${pointer.split('/').at(-1)}`,
    comments: draft.audiences.map((audience) => `AWS took the audience ${audience}`),
    issuer: `https://${provider}`,
    audience: target.audience,
    bound_claims: draft.claims,
  }
}

interface ReadStatement {
  readonly statement: Statement
  readonly pointer: string
}

/** The statements, or null where one of them may take from what the others give. */
const statementsOf = (value: unknown, notes: Notes): readonly ReadStatement[] | null => {
  const read = Document.safeParse(value)
  if (!read.success) {
    refuseShape(read.error, '', notes)
    return null
  }
  const { Statement: written } = read.data
  const statements = [written].flat().map((each, i) => {
    const pointer = Array.isArray(written) ? `/Statement/${i}` : '/Statement'
    const { data: statement, error } = Statement.safeParse(each)
    if (error) refuseShape(error, pointer, notes)
    if (statement === undefined || mayDeny(statement, pointer, notes)) return null
    return { statement, pointer }
  })
  const known = statements.filter((each) => each !== null)
  return known.length < statements.length ? null : known
}

/** Reads the trust policy of an AWS IAM role; each statement becomes a policy. */
export const importAws = ({ value, locate }: PlainDocument, target: ImportTarget): Imported => {
  const notes = openNotes(locate)
  const policies = (statementsOf(value, notes) ?? []).flatMap(({ statement, pointer }) => {
    const policy = policyOf(statement, { pointer, target, notes })
    return policy === null ? [] : [finished(policy, notes, locate)]
  })
  return { policies, findings: notes.findings }
}
