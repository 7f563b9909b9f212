import { adminRequest } from './load.ts'
import { type Setting, warmAccounts } from './scale-setting.ts'
import { exchangeRequests } from './series.ts'
import type { Workshop } from './stage.ts'

/** Requests of one call that follow each other. */
export const perTurn = 10
const coldPerTurn = 2
const pageSize = 10

/** What is measured: the requests of one turn. */
export type Series = (setting: Setting, workshop: Workshop) => readonly Buffer[]

const same = (request: Buffer): readonly Buffer[] => Array.from({ length: perTurn }, () => request)

const get =
  (path: string, who: 'owner' | 'reader' = 'owner'): Series =>
  (setting) =>
    same(adminRequest('GET', `${setting.base}${path}`, { token: setting[who] }))

const list = (path: string, who?: 'owner' | 'reader'): Series =>
  get(`${path}${path.includes('?') ? '&' : '?'}limit=${pageSize}`, who)

const exchange: Series = ({ stage }, { issuer }) =>
  exchangeRequests(stage.workerd.gateway, issuer, {
    accounts: stage.accounts.slice(0, warmAccounts),
    count: perTurn,
  })

const cold: Series = ({ stage, unasked }, { issuer }) => {
  const accounts = unasked.splice(0, coldPerTurn)
  return exchangeRequests(stage.workerd.gateway, issuer, { accounts, count: accounts.length })
}

let changes = 0

const change: Series = ({ base, owner }) =>
  Array.from({ length: perTurn }, () => {
    const body = { description: `change ${++changes}` }
    return adminRequest('PATCH', `${base}/service-accounts/sa_x00007`, { token: owner, body })
  })

/** What is measured, by name. Every call has an answer of the same size in both tenants. */
export const scaleCalls: Readonly<Record<string, Series>> = {
  'accounts: first page': list('/service-accounts'),
  'accounts: deep page': (setting, workshop) =>
    list(`/service-accounts?cursor=${setting.accountsCursor}`)(setting, workshop),
  'accounts: by name': list('/service-accounts?name=robot-00055'),
  'accounts: of a project': list('/service-accounts?namespace=/bench/t000/p00055'),
  'accounts: a project reader': list('/service-accounts', 'reader'),
  'bindings: first page': list('/role-bindings'),
  'bindings: deep page': (setting, workshop) =>
    list(`/role-bindings?cursor=${setting.bindingsCursor}`)(setting, workshop),
  'bindings: of an account': list('/role-bindings?service_account_id=sa_x00055'),
  'bindings: of a role': list('/role-bindings?role_id=role_s5'),
  'bindings: a project reader': list('/role-bindings', 'reader'),
  'namespaces: first page': list('/namespaces'),
  'namespaces: by path': list('/namespaces?path=/bench/t000/p00055'),
  'namespaces: a project reader': list('/namespaces', 'reader'),
  'roles: assignable': list('/roles?assignable_to=sa_x00055'),
  'access: of an account': get('/service-accounts/sa_x00055:effective-access'),
  'access: of the tenant': get(`/namespaces/ns_bench:effective-access?limit=${pageSize}`),
  'access: of a project': get(`/namespaces/ns_p00055:effective-access?limit=${pageSize}`),
  'exchange: warm': exchange,
  'exchange: cold': cold,
  'a change': change,
}
