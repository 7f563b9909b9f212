import * as z from 'zod'
import { type Notes, pointerBelow } from './imported.ts'

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)])

/** A statement of an IAM trust policy, as far as it can be carried over. */
export const Statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Principal: z.strictObject({ Federated: texts }).optional(),
  Action: texts,
  Condition: z.record(z.string(), z.record(z.string(), texts)).default({}),
})
export type Statement = z.output<typeof Statement>

const known = ['Sid', 'Effect', 'Principal', 'Action', 'Condition']
const action = 'sts:AssumeRoleWithWebIdentity'

/** The OIDC provider that a statement trusts, without its scheme. */
export const providerOf = (statement: Statement, pointer: string, notes: Notes): string | null => {
  const federated = statement.Principal?.Federated ?? []
  const [arn = '', ...more] = federated
  const provider = /^arn:[\w-]+:iam::\d*:oidc-provider\/(.+)$/.exec(arn)?.[1]
  if (provider !== undefined && more.length === 0) return provider
  return notes.refuse(
    `${pointer}/Principal`,
    'expected one Federated principal that is an oidc-provider',
  )
}

/**
 * Whether a statement may take from what the others give: a Deny, or one with members that are not
 * known here. Each is told; beside such a one, no statement can be carried over by itself.
 */
export const mayDeny = (statement: Statement, pointer: string, notes: Notes): boolean => {
  const strange = Object.keys(statement).filter((name) => !known.includes(name))
  for (const name of strange) {
    const reason = `${name} has no counterpart; nothing of this document is written`
    notes.refuse(pointerBelow(pointer, name), reason)
  }
  if (statement.Effect !== 'Allow') {
    const reason =
      'a Deny takes from other statements, so nothing of this document is written; policies here only allow: write `not` by hand'
    notes.refuse(`${pointer}/Effect`, reason)
  }
  return strange.length > 0 || statement.Effect !== 'Allow'
}

/** Whether a statement lets nobody in by an OIDC token, which is told. */
export const refuseAction = (statement: Statement, pointer: string, notes: Notes): boolean => {
  if (statement.Action.includes(action)) return false
  notes.refuse(`${pointer}/Action`, `expected ${action}`)
  return true
}
