import type { Entries, Kind } from '../../core/state/entry.ts'
import { pathKey, refKey, roleKey, serverKey } from '../../core/state/keys.ts'
import type { Item, World } from '../../core/state/world.ts'
import type { NewRow } from '../../store/state/state-tables.ts'
import { toPolicyDraft } from './policies.ts'

/** Where rows get the ids from that a document has names for. */
export interface Ids {
  readonly tenantId: string
  readonly nowMs: number
  readonly newClientId: () => string
  readonly after: World
}

const serverId = ({ after }: Ids, identifier: string): string =>
  after.resource_server.get(serverKey(identifier))?.id ?? ''

const placeId = ({ after }: Ids, path: string): string =>
  after.namespace.get(pathKey(path))?.id ?? ''

/** The columns that follow from an object's members and can change. */
export const changeableFields: {
  readonly [K in Kind]: (entry: Entries[K], ids: Ids) => Partial<NewRow<K>>
} = {
  namespace: (entry) => ({
    kind: entry.kind,
    displayName: entry.display_name,
    enabled: entry.enabled,
    namedTokensMaxDays: entry.named_tokens_max_days,
    wideningNeedsApproval: entry.widening_needs_approval,
  }),
  resource_server: (entry) => ({
    name: entry.name,
    permissions: entry.permissions,
    tokenTtlSeconds: entry.token_ttl_seconds,
  }),
  role: (entry) => ({ displayName: entry.display_name, permissions: entry.permissions }),
  group: (entry) => ({ displayName: entry.display_name }),
  issuer: (entry) => ({
    name: entry.name,
    jwksUri: entry.jwks_uri,
    jwks: entry.jwks,
    algorithms: entry.algorithms,
    maxTokenAgeSeconds: entry.max_token_age_seconds,
    replay: entry.replay,
    enabled: entry.enabled,
  }),
  service_account: (entry, ids) => ({
    displayName: entry.display_name,
    description: entry.description,
    enabled: entry.enabled,
    grantTypes: entry.grant_types,
    resourceServerIds: entry.resource_servers?.map((name) => serverId(ids, name)) ?? null,
    maxTokenTtlSeconds: entry.max_token_ttl_seconds,
    clientCredentials: entry.client_credentials.enabled,
    authMethod: entry.token_endpoint_auth_method,
  }),
  trust_policy: (entry) => toPolicyDraft(entry),
  role_binding: () => ({}),
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/** The columns that an object is made with, and keeps. */
export const fixedFields: {
  readonly [K in Kind]: (item: Item<K>, ids: Ids) => Partial<NewRow<K>>
} = {
  namespace: ({ entry: { path } }, ids) => ({
    path,
    parentId: placeId(ids, parentOf(path)),
    tenantId: ids.tenantId,
  }),
  resource_server: ({ entry }, ids) => ({
    namespaceId: placeId(ids, entry.namespace),
    identifier: entry.identifier,
  }),
  role: ({ entry }, ids) => ({
    namespaceId: placeId(ids, entry.namespace),
    name: entry.name,
    resourceServerId: serverId(ids, entry.resource_server),
  }),
  group: ({ entry }, ids) => ({ namespaceId: placeId(ids, entry.namespace), name: entry.name }),
  issuer: ({ entry }, ids) => ({
    namespaceId: placeId(ids, entry.namespace),
    issuer: entry.issuer,
    preset: entry.preset,
  }),
  service_account: ({ entry }, ids) => ({
    clientId: ids.newClientId(),
    namespaceId: placeId(ids, entry.namespace),
    tenantId: ids.tenantId,
    name: entry.name,
    kind: entry.kind,
  }),
  trust_policy: ({ entry }, { after }) => ({
    serviceAccountId: after.service_account.get(refKey(entry.service_account))?.id ?? '',
  }),
  role_binding: ({ entry: { role, namespace, principal } }, ids) => {
    const id = ids.after[principal.type].get(refKey(principal))?.id ?? ''
    return {
      roleId: ids.after.role.get(roleKey(role))?.id ?? '',
      namespaceId: placeId(ids, namespace),
      serviceAccountId: principal.type === 'service_account' ? id : null,
      groupId: principal.type === 'group' ? id : null,
    }
  },
}
