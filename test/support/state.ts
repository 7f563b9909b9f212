import { expect } from 'vitest'
import type { AdminOptions } from './clients.ts'
import type { Gateway } from './gateway.ts'
import type { Claims } from './issuer.ts'

/** A document of a subtree's configuration. */
export interface StateDocument {
  format: 1
  namespace: string
  namespaces?: Claims[]
  resource_servers?: Claims[]
  roles?: Claims[]
  groups?: Claims[]
  issuers?: Claims[]
  service_accounts?: Claims[]
  role_bindings?: Claims[]
}

export interface PlanAnswer {
  readonly applied: boolean
  readonly counts: Readonly<
    Record<'create' | 'update' | 'delete' | 'unchanged' | 'unmanaged', number>
  >
  readonly steps: readonly {
    readonly action: string
    readonly kind: string
    readonly key: Claims
    readonly pointer: string | null
    readonly changes: Readonly<Record<string, readonly [unknown, unknown]>>
    readonly warnings: readonly string[]
  }[]
  readonly unmanaged: readonly { readonly kind: string; readonly key: Claims }[]
  readonly etag: string
}

/** How a document is sent. */
export interface Sending extends AdminOptions {
  readonly prune?: boolean
}

/** The id of a namespace. */
export const stateOf = async (gateway: Gateway, path: string): Promise<string> => {
  const response = await gateway.admin('GET', `/namespaces?path=${path}`)
  const { data } = (await response.json()) as { data: { id: string }[] }
  return String(data[0]?.id)
}

/** The document of a namespace, also as the text that was answered. */
export const readState = async (
  gateway: Gateway,
  id: string,
  options?: AdminOptions,
): Promise<{ readonly text: string; readonly document: StateDocument }> => {
  const response = await gateway.admin('GET', `/namespaces/${id}:export`, undefined, options)
  const text = await response.text()
  expect([response.status, text]).toEqual([200, expect.anything()])
  return { text, document: JSON.parse(text) as StateDocument }
}

/** Sends a document, to be planned or applied. */
export const sendState = (
  gateway: Gateway,
  id: string,
  {
    document,
    dryRun,
    prune = false,
    ...options
  }: Sending & { readonly document: unknown; readonly dryRun: boolean },
): Promise<Response> =>
  gateway.admin(
    'POST',
    `/namespaces/${id}:apply?dry_run=${dryRun}&prune=${prune}`,
    document,
    options,
  )

const toAnswer = async (response: Response): Promise<PlanAnswer> => {
  const body = (await response.json()) as PlanAnswer
  expect([response.status, JSON.stringify(body)]).toEqual([200, expect.anything()])
  return { ...body, etag: response.headers.get('etag') ?? '' }
}

/** Plans a document, and insists on a plan. */
export const planState = async (
  gateway: Gateway,
  id: string,
  document: unknown,
  options: Sending = {},
): Promise<PlanAnswer> =>
  toAnswer(await sendState(gateway, id, { document, dryRun: true, ...options }))

/** Plans a document and applies it, and insists that both succeed. */
export const applyState = async (
  gateway: Gateway,
  id: string,
  document: unknown,
  options: Sending = {},
): Promise<PlanAnswer> => {
  const { etag: ifMatch } = await planState(gateway, id, document, options)
  const sent = await sendState(gateway, id, { document, dryRun: false, ...options, ifMatch })
  return toAnswer(sent)
}
