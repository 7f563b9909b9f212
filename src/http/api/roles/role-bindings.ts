import * as z from 'zod'
import * as bindings from '../../../admin/roles/role-bindings.ts'
import { remove as unbind } from '../../../admin/roles/role-unbinding.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { bindingWarningNames, type Warned } from '../../../core/binding-warnings.ts'
import { ok } from '../../../core/result.ts'
import { deletion } from '../dry-run.ts'
import { answeredTime, id, idOf, path, toTime } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import type { Wire } from '../wire.ts'

const principalType = z.enum(['service_account', 'group'])

const Create = z.strictObject({
  role_id: idOf('role'),
  namespace: path,
  principal: z.strictObject({ type: principalType, id: idOf('service account', 'group') }),
})

/** A binding, as it is answered. */
export const RoleBinding = z
  .object({
    id,
    version: z.number().int(),
    role_id: idOf('role'),
    namespace: path,
    principal: z
      .union([z.object({ type: principalType, id }), z.object({ type: z.literal('platform') })])
      .describe('Of a root account, a tenant sees only that it is one: `platform`'),
    created_at: answeredTime,
    namespaces_below: z
      .number()
      .int()
      .optional()
      .describe('In how many namespaces below it holds as well; not in lists'),
    warnings: z.array(z.enum(bindingWarningNames)).optional().describe('Not in lists'),
  })
  .meta({ id: 'RoleBinding', description: 'A role that holds in a namespace and below.' })

type Principal = Wire<typeof RoleBinding>['principal']

const toPrincipal = ({ serviceAccountId, groupId }: bindings.RoleBinding): Principal =>
  groupId === null
    ? { type: 'service_account', id: String(serviceAccountId) }
    : { type: 'group', id: groupId }

/** A binding as it leaves the house; of a root account a tenant sees only that it is one. */
export const bindingToWire = (
  binding: bindings.RoleBinding & Partial<Pick<bindings.BindingView, 'platform'> & Warned>,
): Wire<typeof RoleBinding> => ({
  id: binding.id,
  version: binding.version,
  role_id: binding.roleId,
  namespace: binding.namespacePath,
  principal: binding.platform ? { type: 'platform' } : toPrincipal(binding),
  created_at: toTime(binding.createdAt),
  ...(binding.warnings !== undefined && {
    namespaces_below: binding.namespacesBelow ?? 0,
    warnings: [...binding.warnings],
  }),
})

const collection = '/admin/v1/role-bindings'
const item = `${collection}/{role_binding_id}`

const list = operation({
  name: 'role-bindings.list',
  method: 'GET',
  path: collection,
  summary: 'List the role bindings that you may read',
  query: z.object({
    ...page,
    namespace: path.optional().describe('Only those of this namespace and below'),
    role_id: idOf('role').optional(),
    resource_server_id: idOf('resource server').optional().describe('Only its roles'),
    service_account_id: idOf('service account').optional().describe('Not those of its groups'),
    group_id: idOf('group').optional(),
    principal_type: principalType.optional(),
  }),
  answers: { 200: listOf(RoleBinding) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await bindings.list(context, actor, query), bindingToWire),
})

const create = operation({
  name: 'role-bindings.create',
  method: 'POST',
  path: collection,
  summary: 'Give a role to a service account or a group',
  description:
    'It holds in the namespace and below; of a group, for each member at its own namespace and below. You must hold all that the role gives there.',
  body: Create,
  answers: { 201: RoleBinding },
  etag: 'answered',
  refusals: [
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'invalid-reference',
    'name-taken',
    'quota-exceeded',
    'precondition-failed',
  ],
  run: async ({ context, actor, body }) => {
    const { role_id: roleId, ...rest } = body
    const made = await bindings.create(context, actor, { roleId, ...rest })
    if (!made.ok) return made
    const { version } = made.value
    const location = `${collection}/${made.value.id}`
    return ok({ status: 201, body: bindingToWire(made.value), location, version })
  },
})

const read = operation({
  name: 'role-bindings.read',
  method: 'GET',
  path: item,
  summary: 'Read a role binding',
  answers: { 200: RoleBinding },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) => {
    const found = await bindings.find(context, actor, param('role_binding_id'))
    if (!found.ok) return found
    return ok({ status: 200, body: bindingToWire(found.value), version: found.value.version })
  },
})

const remove = deletion({
  name: 'role-bindings.delete',
  path: item,
  summary: 'Take a role away',
  etag: 'required',
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'last-owner',
  ],
  foresee: ({ context, actor, param, ifMatch }) =>
    removals.ofBinding(context, actor, { id: param('role_binding_id'), ifMatch }),
  remove: ({ context, actor, param, ifMatch }) =>
    unbind(context, actor, { id: param('role_binding_id'), ifMatch }),
})

/** `/admin/v1/role-bindings` */
export const roleBindingOperations: readonly Operation[] = [list, create, read, remove]
