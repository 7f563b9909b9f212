import * as z from 'zod'
import { isName, isNamespacePath, parentPath } from '../core/namespace.ts'
import { nearestName } from '../core/nearest-name.ts'
import { freeText } from '../core/shape/fields.ts'
import { PolicyBody } from '../core/shape/policy.ts'
import type { Ref } from '../core/state/entry.ts'
import { findPreset, presets } from '../issuers/registry.ts'

/** What a document says that it is; another number is another format. */
export const kind = 'TrustPolicies/v1'

/** The account that a text like `/acme/payments/deploy-bot` names, or undefined. */
export const toRef = (text: string): Ref | undefined => {
  const namespace = parentPath(text)
  const name = text.slice(text.lastIndexOf('/') + 1)
  const placed = namespace === '/' || isNamespacePath(namespace)
  return text.startsWith('/') && placed && isName(name) ? { namespace, name } : undefined
}

/** The text that names an account. */
export const refText = ({ namespace, name }: Ref): string =>
  `${namespace === '/' ? '' : namespace}/${name}`

const { shape } = PolicyBody
const samples = shape.examples.unwrap().shape

const isPreset = (id: string): boolean => findPreset(id) !== undefined

const unknownPreset = (id: string): string => {
  const ids = presets.map((preset) => preset.id)
  const near = nearestName(id, ids)
  return `no preset has this id; ${near === undefined ? `there are ${ids.join(', ')}` : `did you mean \`${near}\`?`}`
}

/** A named trial of a policy, which stays with the file. */
const test = z.strictObject({
  name: freeText.describe('What is tried, in a few words'),
  claims: samples.accept
    .unwrap()
    .element.describe('Claims laid over those that the policy binds to a plain value'),
  expect: z.enum(['accept', 'reject']).describe('What the policy has to say to them'),
  failing: z
    .array(z.string().min(1).max(140))
    .min(1)
    .max(32)
    .optional()
    .describe('Of a rejection: exactly these clauses must fail, like `ref` or `gate:event_name`'),
})

/** A policy as a file has it: in the words of the API, with what judging it offline needs. */
const policy = z.strictObject({
  name: freeText.describe('Names the policy among those of its account'),
  issuer: z
    .string()
    .min(1)
    .max(1024)
    .describe('The `iss` of the tokens, or the id of a preset that has one fixed URL'),
  preset: z
    .string()
    .refine(isPreset, { error: ({ input }) => unknownPreset(String(input)) })
    .nullable()
    .optional()
    .describe(
      'The preset that the issuer is registered with, where its URL does not say; null: with none',
    ),
  audience: z
    .string()
    .min(1)
    .max(1024)
    .describe("The `aud` of the tokens: the gateway's URL, perhaps with the account's namespace"),
  bound_claims: shape.bound_claims.unwrap(),
  replay: shape.replay.describe('How often one token is exchanged; null: as the issuer says'),
  scope: shape.scope.describe('The only permissions that its tokens get; null: all that are held'),
  max_token_ttl_seconds: shape.max_token_ttl_seconds.describe(
    'The longest life of a token from this policy, in seconds',
  ),
  acknowledge: shape.acknowledge.describe('Dangers that are taken on by name'),
  enabled: shape.enabled.describe('False: it accepts nothing'),
  expires_at: shape.expires_at.describe('RFC 3339 in UTC; after that it accepts nothing'),
  examples: z
    .strictObject({
      accept: samples.accept.describe('Claims that have to be accepted'),
      reject: samples.reject.describe('Claims that have to be refused'),
    })
    .default({ accept: [], reject: [] })
    .describe('Claims that the gateway tries whenever the policy is saved'),
  tests: z.array(test).max(100).default([]).describe('Named trials, for `gatehouse policy test`'),
})

/** One document of a `*.trust.yaml`: policies of one service account. */
export const TrustPolicies = z
  .strictObject({
    kind: z.literal(kind).describe('What this document is'),
    service_account: z
      .string()
      .max(600)
      .refine((text) => toRef(text) !== undefined, 'expected a path like /acme/payments/deploy-bot')
      .describe('Path of its namespace and its name, like `/acme/payments/deploy-bot`')
      .meta({ pattern: '^(/[a-z0-9][a-z0-9-]{0,62}){1,9}$' }),
    policies: z.array(policy).describe('Who may act as the account; each is judged alone'),
  })
  .meta({ title: 'Gatehouse trust policies' })

export type TrustPolicies = z.output<typeof TrustPolicies>
/** A document as it may be written: what has a default may be left out. */
export type TrustPoliciesDraft = z.input<typeof TrustPolicies>
export type FilePolicy = TrustPolicies['policies'][number]
export type FilePolicyDraft = TrustPoliciesDraft['policies'][number]
