import * as z from 'zod'
import type { Notes } from './imported.ts'

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

/** Whether a statement says something that no policy here can say; each is told. */
export const refuseForm = (statement: Statement, pointer: string, notes: Notes): boolean => {
  const strange = Object.keys(statement).filter((name) => !known.includes(name))
  for (const name of strange) notes.refuse(`${pointer}/${name}`, `${name} has no counterpart`)
  if (statement.Effect !== 'Allow') {
    const reason =
      'a Deny takes from other statements; policies here only allow, so write `not` by hand'
    notes.refuse(`${pointer}/Effect`, reason)
  }
  if (!statement.Action.includes(action)) notes.refuse(`${pointer}/Action`, `expected ${action}`)
  return strange.length > 0 || statement.Effect !== 'Allow' || !statement.Action.includes(action)
}
