import type { Member, Operation } from '../../client/operations.ts'

/** A body under construction. */
export type Body = Readonly<Record<string, unknown>>

/** An option of a command, and the member of the body or query that it says. */
export interface Flag {
  /** Without its dashes. */
  readonly name: string
  readonly member: string
  /** `file` is a text, `document` JSON or YAML, each in a file or on stdin; `pairs` are `name=value`. */
  readonly type: 'text' | 'texts' | 'time' | 'integer' | 'boolean' | 'file' | 'document' | 'pairs'
  readonly about: string
  readonly values?: readonly string[]
  readonly nullable?: boolean
  readonly required?: boolean
  /** The parameter of paths whose collection the value names one of. */
  readonly refersTo?: string
  /** There is nothing to be said by its opposite. */
  readonly affirmative?: true
  /** Where the value goes, if it is not simply the member. */
  readonly put?: (body: Body, value: unknown) => Body
}

type Spelling = Partial<Omit<Flag, 'member'>>

const account = { name: 'account', refersTo: 'service_account_id', about: 'id, path or name' }
const role = { name: 'role', refersTo: 'role_id', about: 'id, path or name' }
const api = { name: 'api', refersTo: 'resource_server_id', about: 'identifier, name or id' }
const group = { name: 'group', refersTo: 'group_id', about: 'id, path or name' }

// What people call things, where that is not what the API calls them.
const spellings: Readonly<Record<string, Spelling>> = {
  service_account_id: account,
  assignable_to: { ...account, name: 'assignable-to' },
  actor_id: { ...account, name: 'actor' },
  role_id: role,
  resource_server_id: api,
  resource_server_ids: api,
  group_id: group,
  groups: group,
  policy_id: { name: 'policy' },
  target_id: { name: 'target' },
  pem: { name: 'pem-file', type: 'file', about: 'a public key or certificate' },
  bound_claims: {
    name: 'claim',
    type: 'pairs',
    about: 'what a claim must be: name=value, or name={"glob":"…"}; may be repeated',
  },
}

const principal = (type: string) => (body: Body, id: unknown) => ({
  ...body,
  principal: { type, id },
})

// Members that are objects, as flags.
const shaped: Readonly<Record<string, readonly Spelling[]>> = {
  'service-accounts.create role_bindings': [
    {
      ...role,
      type: 'texts',
      about: 'a role that it holds where it lives; may be repeated',
      put: (body, roles) => ({
        ...body,
        role_bindings: (roles as readonly string[]).map((role_id) => ({
          role_id,
          namespace: body.namespace,
        })),
      }),
    },
  ],
  'service-accounts.create client_credentials': [
    {
      name: 'with-secret',
      type: 'boolean',
      affirmative: true,
      about: 'make a client secret, which is shown once',
      put: (body, wanted) => (wanted ? { ...body, client_credentials: {} } : body),
    },
  ],
  'service-accounts.update client_credentials': [
    {
      name: 'client-credentials',
      type: 'boolean',
      about: 'whether its secrets are good',
      put: (body, enabled) => ({ ...body, client_credentials: { enabled } }),
    },
  ],
  'role-bindings.create principal': [
    { ...account, put: principal('service_account') },
    { ...group, put: principal('group') },
  ],
}

/** Writes a member's name as a flag. */
export const kebab = (member: string): string => member.replaceAll('_', '-')

const flagOf = (member: Member, { name, type, about, ...rest }: Spelling = {}): Flag => {
  const plain = member.type === 'json' ? 'document' : member.type
  const { values, description } = member
  const words = about ?? description ?? ''
  return {
    name: name ?? `${kebab(member.name)}${plain === 'document' ? '-file' : ''}`,
    member: member.name,
    type: type ?? plain,
    about:
      values === undefined || plain === 'text' ? words : `${words} (${values.join(', ')})`.trim(),
    ...(values && { values }),
    ...(member.nullable && { nullable: true }),
    ...(member.required && { required: true }),
    ...rest,
  }
}

/** Returns the flags that say the members of an operation's body. */
export const bodyFlags = ({ name, body = [] }: Operation): readonly Flag[] =>
  body.flatMap((member) => {
    const apart = shaped[`${name} ${member.name}`]
    if (apart !== undefined) return apart.map((spelling) => flagOf(member, spelling))
    return [flagOf(member, spellings[member.name])]
  })

// `--limit` counts over all pages, and a dry run is no filter: the commands know these themselves.
const known = new Set(['cursor', 'dry_run'])

/** Whether an operation answers in pages. */
export const isPaged = ({ query }: Operation): boolean =>
  query.some(({ name }) => name === 'cursor')

/** Returns the flags that say an operation's query. */
export const queryFlags = (operation: Operation): readonly Flag[] =>
  operation.query
    .filter(({ name }) => !known.has(name) && !(name === 'limit' && isPaged(operation)))
    .map((member) => flagOf(member, spellings[member.name]))
