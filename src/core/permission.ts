/** The admin API's own resource server, in `/` from the first migration. */
export const adminServerId = 'rs_admin'
export const adminIdentifier = 'urn:gatehouse:admin'

/** Collections that are read and written by permission. */
export const collections = [
  'namespaces',
  'resource-servers',
  'roles',
  'groups',
  'role-bindings',
  'issuers',
  'service-accounts',
  'trust-policies',
  'credentials',
  'subscriptions',
  'signing-keys',
] as const

type Verb = 'read' | 'write'

/** A permission of the admin API. */
export type AdminPermission =
  | `${(typeof collections)[number]}:${Verb}`
  | 'decisions:read'
  | 'audit-events:read'
  | 'tokens:introspect'
  | 'tokens:revoke'

/** Whether a permission changes nothing, and so is good where everything is suspended, too. */
export const isReading = (permission: AdminPermission): boolean =>
  permission.endsWith(':read') || permission === 'tokens:introspect'

const each = (verb: Verb): AdminPermission[] =>
  collections.map((name): AdminPermission => `${name}:${verb}`)

const everyRead: readonly AdminPermission[] = [...each('read'), 'decisions:read']

/** Every permission of the admin API. */
export const adminPermissions: readonly AdminPermission[] = [
  ...everyRead,
  ...each('write'),
  'audit-events:read',
  'tokens:introspect',
  'tokens:revoke',
]

export const ownerRoleId = 'role_owner'
export const deployerRoleId = 'role_deployer'

/** The roles that every deployment has, bound to the admin API. */
export const builtInRoles: readonly {
  readonly id: string
  readonly name: string
  readonly permissions: readonly AdminPermission[]
}[] = [
  { id: ownerRoleId, name: 'owner', permissions: adminPermissions },
  {
    id: deployerRoleId,
    name: 'deployer',
    permissions: [
      ...everyRead,
      'service-accounts:write',
      'trust-policies:write',
      'credentials:write',
      'tokens:introspect',
      'tokens:revoke',
    ],
  },
  { id: 'role_viewer', name: 'viewer', permissions: everyRead },
]
