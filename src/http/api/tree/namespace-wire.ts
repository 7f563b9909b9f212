import * as z from 'zod'
import type { Namespace as Stored } from '../../../admin/tree/namespaces.ts'
import { answeredTime, freeText, id, path, toTime } from '../fields.ts'

/** What a namespace is to people. */
export const kind = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a label like project')

/** A namespace, as it is answered. */
export const Namespace = z
  .object({
    id,
    path,
    kind,
    display_name: freeText.nullable(),
    enabled: z.boolean(),
    named_tokens_max_days: z.number().int().nullable(),
    widening_needs_approval: z.boolean(),
    created_at: answeredTime,
  })
  .meta({ id: 'Namespace', description: 'A node of the tree; a top-level one is a tenant.' })

/** A namespace for an answer. */
export const toWire = (namespace: Stored): z.input<typeof Namespace> => ({
  id: namespace.id,
  path: namespace.path,
  kind: namespace.kind,
  display_name: namespace.displayName,
  enabled: namespace.enabled,
  named_tokens_max_days: namespace.namedTokensMaxDays,
  widening_needs_approval: namespace.wideningNeedsApproval,
  created_at: toTime(namespace.createdAt),
})

/** `/admin/v1/namespaces` */
export const collection = '/admin/v1/namespaces'

/** One of them. */
export const item = `${collection}/{namespace_id}`
