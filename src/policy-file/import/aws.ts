import * as z from 'zod'
import type { Matcher } from '../../core/trust-policy.ts'
import type { WrittenPolicy } from '../write.ts'
import type { PlainDocument } from '../yaml-text.ts'
import { providerOf, refuseForm, Statement } from './aws-statement.ts'
import {
  anyOf,
  finished,
  type Imported,
  type ImportTarget,
  type Notes,
  openNotes,
} from './imported.ts'
import { matcherOfLike } from './patterns.ts'

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
  if (claim === undefined || claim in draft.claims) {
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
  if (refuseForm(statement, pointer, notes)) return null
  const provider = providerOf(statement, pointer, notes)
  if (provider === null) return null
  const draft: Draft = { claims: {}, audiences: [] }
  const conditions = Object.entries(statement.Condition).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ name, key, values })),
  )
  // All of them, so that all that is wrong is told at once.
  const added = conditions.map((condition) => {
    const key = condition.key.replaceAll('~', '~0').replaceAll('/', '~1')
    const at = `${pointer}/Condition/${condition.name}/${key}`
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

/** Reads the trust policy of an AWS IAM role; each statement becomes a policy. */
export const importAws = ({ value, locate }: PlainDocument, target: ImportTarget): Imported => {
  const notes = openNotes(locate)
  const shape = z.looseObject({ Statement: z.union([z.array(z.unknown()), z.looseObject({})]) })
  const read = shape.safeParse(value)
  const list = read.success ? [read.data.Statement].flat() : []
  if (list.length === 0)
    notes.refuse('', 'expected an IAM trust policy with at least one Statement')
  const policies = list.flatMap((each, i) => {
    const pointer = Array.isArray(read.data?.Statement) ? `/Statement/${i}` : '/Statement'
    const statement = Statement.safeParse(each)
    if (!statement.success) {
      for (const { path, message } of statement.error.issues) {
        notes.refuse(`${pointer}${path.map((part) => `/${String(part)}`).join('')}`, message)
      }
      return []
    }
    const policy = policyOf(statement.data, { pointer, target, notes })
    return policy === null ? [] : [finished(policy, notes, locate)]
  })
  return { policies, findings: notes.findings }
}
