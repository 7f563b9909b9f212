import { Document, isCollection, type Node, visit } from 'yaml'
import type { FilePolicyDraft, TrustPoliciesDraft } from './format.ts'
import { kind } from './format.ts'

/** Policies of one account, as they are to be written. */
export interface WrittenAccount extends Omit<TrustPoliciesDraft, 'kind' | 'policies'> {
  readonly policies: readonly WrittenPolicy[]
  /** Lines above the document. */
  readonly comments?: readonly string[]
}

/** A policy with the lines that are to stand above it. */
export type WrittenPolicy = FilePolicyDraft & { readonly comments?: readonly string[] }

const members = [
  'name',
  'issuer',
  'preset',
  'audience',
  'bound_claims',
  'replay',
  'scope',
  'max_token_ttl_seconds',
  'acknowledge',
  'enabled',
  'expires_at',
  'examples',
  'tests',
] as const

// Where null is the default it says nothing; for `preset` it says "none".
const saysNothing = (name: (typeof members)[number], value: unknown): boolean => {
  if (value === undefined || (value === null && name !== 'preset')) return true
  if (name === 'enabled') return value === true
  if (name === 'acknowledge' || name === 'tests') return Array.isArray(value) && value.length === 0
  if (name !== 'examples') return false
  return Object.values(value as object).every((list) => (list as unknown[]).length === 0)
}

const plainOf = (policy: WrittenPolicy): object =>
  Object.fromEntries(
    members.flatMap((name) => (saysNothing(name, policy[name]) ? [] : [[name, policy[name]]])),
  )

const commentOf = (lines: readonly string[]): string =>
  // A line end in a name must not end the comment.
  lines.map((line) => ` ${line.replaceAll(/\p{Cc}/gu, ' ')}`.trimEnd()).join('\n')

const longestFlow = 80

/** Matchers and samples on one line where they fit, as people write them. */
const makeCompact = (document: Document): void => {
  visit(document, {
    Pair: (_key, pair, path) => {
      const value = pair.value as Node | null
      const isShort = path.length >= 6 || ['scope', 'acknowledge'].includes(String(pair.key))
      if (!isCollection(value) || !isShort) return
      if (JSON.stringify(value.toJSON()).length <= longestFlow) value.flow = true
    },
  })
}

const documentOf = (account: WrittenAccount): string => {
  const { service_account, policies, comments = [] } = account
  const plain = { kind, service_account, policies: policies.map(plainOf) }
  const document = new Document(plain, { aliasDuplicateObjects: false, compat: 'yaml-1.1' })
  makeCompact(document)
  if (comments.length > 0) document.commentBefore = commentOf(comments)
  for (const [i, { comments: lines = [] }] of policies.entries()) {
    const node = document.getIn(['policies', i], true)
    if (lines.length > 0 && isCollection(node)) node.commentBefore = commentOf(lines)
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

/** How a file is written beside what it holds. */
export interface Writing {
  /** Where editors find the schema: the gateway serves it. */
  readonly schemaUrl?: string
}

/** Writes accounts as a policy file, which reads back as the same. */
export const writePolicyFile = (
  accounts: readonly WrittenAccount[],
  { schemaUrl }: Writing = {},
): string => {
  const editors = schemaUrl && `# yaml-language-server: $schema=${schemaUrl}\n`
  return `${editors ?? ''}${accounts.map(documentOf).join('---\n')}`
}
