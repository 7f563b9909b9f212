import type { components } from '../../client/api.ts'
import { ifMatch } from '../../client/client.ts'
import { refText } from '../../policy-file/format.ts'
import { CliFailure } from '../cli.ts'
import type { Connection } from '../session/connect.ts'
import type { WantedAccount, WantedPlace } from './wanted.ts'

type Schemas = components['schemas']
export type State = Schemas['State']
export type Plan = Schemas['StatePlan']
type Account = NonNullable<State['service_accounts']>[number]

/** How the gateway is to become what files say. */
export interface Manner {
  /** Delete the policies of the named accounts that the files lack. */
  readonly prune: boolean
  readonly createAccounts: boolean
}

/** What a document would do in one namespace, and the tag that it can be applied by. */
export interface Planned {
  readonly namespace: string
  readonly namespaceId: string
  readonly document: State
  readonly prune: boolean
  readonly plan: Plan
  readonly tag: ReturnType<typeof ifMatch>
}

const unknownPlace = (path: string): CliFailure =>
  new CliFailure('notFound', {
    code: 'namespace_not_found',
    message: `the gateway has no namespace ${path} that you may see`,
    next: 'correct service_account in the file, or make the namespace first',
  })

const namespaceIdOf = async ({ api }: Connection, path: string): Promise<string> => {
  const { data } = await api.GET('/admin/v1/namespaces', { params: { query: { path } } })
  const found = data?.data.find((namespace) => namespace.path === path)
  if (found === undefined) throw unknownPlace(path)
  return found.id
}

/** Reads the whole configuration of a namespace. */
export const exportOf = async (
  connection: Connection,
  path: string,
): Promise<{ readonly namespaceId: string; readonly state: Schemas['StateOutput'] }> => {
  const namespace_id = await namespaceIdOf(connection, path)
  const params = { path: { namespace_id } }
  const { data } = await connection.api.GET('/admin/v1/namespaces/{namespace_id}:export', {
    params,
  })
  if (data === undefined) throw unknownPlace(path)
  return { namespaceId: namespace_id, state: data }
}

const isSame = (one: Account, { account }: WantedAccount): boolean =>
  one.namespace === account.namespace && one.name === account.name

const missing = (accounts: readonly WantedAccount[]): CliFailure =>
  new CliFailure('notFound', {
    code: 'account_not_found',
    message: `the gateway has no ${accounts.map(({ account }) => refText(account)).join(', ')}`,
    next: 'correct service_account in the file, or add --create-accounts',
  })

/**
 * The document that says what the files say and no more. Every account is written as it is now:
 * what a document leaves out of an account goes back to its default. With prune also the accounts
 * that no file names are in it, without their policies, which are then none of its business.
 */
const documentFor = (
  state: State,
  { namespace, accounts }: WantedPlace,
  { prune, createAccounts }: Manner,
): State => {
  const known: readonly Account[] = state.service_accounts ?? []
  const unknown = accounts.filter((wanted) => !known.some((each) => isSame(each, wanted)))
  if (unknown.length > 0 && !createAccounts) throw missing(unknown)
  const kept = known.flatMap(({ trust_policies: _policies, ...account }) => {
    const wanted = accounts.find((each) => isSame(account, each))
    if (wanted === undefined) return prune ? [account] : []
    return [{ ...account, trust_policies: wanted.policies }]
  })
  const made = unknown.map(({ account, policies }) => ({ ...account, trust_policies: policies }))
  return { format: 1, namespace, service_accounts: [...kept, ...made] as Account[] }
}

const changedMeanwhile = (): CliFailure =>
  new CliFailure('conflict', {
    code: 'stale',
    message: 'an account was changed while its policies were compared; nothing was done',
    next: 'run the same command again',
  })

/** Refuses a plan that would touch anything but policies, and accounts that may be made. */
const refuseMore = ({ steps }: Plan, { createAccounts }: Manner): void => {
  const allowed = ({ kind, action }: Plan['steps'][number]): boolean =>
    kind === 'trust_policy' || (kind === 'service_account' && action === 'create' && createAccounts)
  if (!steps.every(allowed)) throw changedMeanwhile()
}

/** Asks the gateway what the files would change in one namespace. */
export const planPlace = async (
  connection: Connection,
  place: WantedPlace,
  manner: Manner,
): Promise<Planned> => {
  const { namespaceId, state } = await exportOf(connection, place.namespace)
  const document = documentFor(state as State, place, manner)
  const { prune } = manner
  const { data, response } = await connection.api.POST(
    '/admin/v1/namespaces/{namespace_id}:apply',
    {
      params: {
        path: { namespace_id: namespaceId },
        query: { dry_run: true, prune },
        header: { 'If-Match': '*' },
      },
      body: document,
    },
  )
  if (data === undefined) throw unknownPlace(place.namespace)
  refuseMore(data, manner)
  const tag = ifMatch(response)
  return { namespace: place.namespace, namespaceId, document, prune, plan: data, tag }
}

/** Makes the gateway what was planned, unless something was changed meanwhile. */
export const applyPlan = async ({ api }: Connection, planned: Planned): Promise<void> => {
  const { namespaceId, document, prune, tag } = planned
  await api.POST('/admin/v1/namespaces/{namespace_id}:apply', {
    params: { path: { namespace_id: namespaceId }, query: { prune }, header: tag },
    body: document,
  })
}
