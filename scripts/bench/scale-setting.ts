import { type Admin, createAdmin, requestToken } from '../local/client.ts'
import { say } from './report.ts'
import { seedTenant } from './scale-seed.ts'
import type { BenchAccount } from './seed.ts'
import type { Credentials } from './series.ts'
import { type Stage, setStageWith, type Workshop } from './stage.ts'

/** A tenant of one size, its owner and somebody who reads one project of it. */
export interface Setting {
  readonly stage: Stage
  readonly base: string
  readonly owner: string
  readonly reader: string
  readonly accountsCursor: string
  readonly bindingsCursor: string
  /** Accounts that nobody has asked for yet. */
  readonly unasked: BenchAccount[]
}

const login = async (gateway: string, made: Record<string, unknown>): Promise<string> => {
  const { body } = await requestToken(gateway, {
    grant_type: 'client_credentials',
    client_id: String(made.client_id),
    client_secret: String(made.client_secret),
  })
  return String(body.access_token)
}

const makeManager = async (admin: Admin, gateway: string, role: string, namespace: string) =>
  login(
    gateway,
    await admin('POST', '/service-accounts', {
      namespace,
      name: role,
      client_credentials: {},
      role_bindings: [{ role_id: `role_${role}`, namespace }],
    }),
  )

/** Accounts that exchange over and over. */
export const warmAccounts = 10

/** The cursor in the middle of a list: found by going there. */
const middleOf = async (base: string, token: string, rows: number): Promise<string> => {
  let cursor = ''
  for (let seen = 0; seen < rows / 2; seen += Math.min(rows / 2, 200)) {
    const limit = Math.min(rows / 2, 200)
    const url = `${base}?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    cursor = String(((await response.json()) as Record<string, unknown>).next_cursor)
  }
  return cursor
}

/** Fills a tenant and logs its people in. */
export const setTenant = async (
  workshop: Workshop,
  root: Credentials,
  count: number,
): Promise<Setting> => {
  say(`filling a tenant with ${count} accounts and ${count * 10} bindings`)
  const stage = await setStageWith(workshop, (file) => seedTenant(file, workshop.issuer, count))
  const { gateway } = stage.workerd
  const admin = await createAdmin(gateway, root)
  const owner = await makeManager(admin, gateway, 'owner', '/bench')
  const reader = await makeManager(admin, gateway, 'viewer', '/bench/t000/p00055')
  const base = `${gateway}/admin/v1`
  return {
    stage,
    base,
    owner,
    reader,
    accountsCursor: await middleOf(`${base}/service-accounts`, owner, count),
    bindingsCursor: await middleOf(`${base}/role-bindings`, owner, count * 10),
    unasked: stage.accounts.slice(warmAccounts),
  }
}
