import { expect } from 'vitest'
import { basic } from '../support/clients.ts'
import type { Gateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'

/** A secret as it is shown once. */
export interface Shown extends Made {
  readonly client_id: string
  readonly client_secret: string
  readonly client_id_issued_at: number
  readonly client_secret_expires_at: number
  readonly expires_at: string
}

export interface Listed extends Made {
  readonly expires_at: string
  readonly last_used_at: string | null
  readonly last_used_from: string | null
}

/** The collection of an account. */
export const secretsOf = ({ id }: Pick<Made, 'id'>): string => `/service-accounts/${id}/secrets`

export interface Secrets {
  readonly make: Maker
  /** Makes an account of /acme with one role, and with these members. */
  account(members?: Record<string, unknown>): Promise<Made>
  add(account: Made, body?: unknown): Promise<Shown>
  reset(account: Made, body?: unknown): Promise<Shown>
  list(account: Made): Promise<readonly Listed[]>
  /** Switches client credentials on or off. */
  switchTo(account: Made, enabled: boolean): Promise<void>
  /** The account as it is now. */
  read(account: Made): Promise<Made>
  login(pair: Pick<Shown, 'client_id' | 'client_secret'>): Promise<Response>
}

/** Makes accounts with secrets, and logs them in. */
export async function useSecrets(gateway: Gateway): Promise<Secrets> {
  const make = maker(gateway)
  await make.namespace('/acme')
  const server = await make.resourceServer('/acme', 'https://api.acme.example')
  const role = await make.role('/acme', 'deployer', server)
  let made = 0
  const json = async (path: string): Promise<unknown> => {
    const response = await gateway.admin('GET', path)
    expect(response.status).toBe(200)
    return response.json()
  }
  return {
    make,
    account: (members = {}) => {
      made += 1
      return make.create('/service-accounts', {
        namespace: '/acme',
        name: `bot-${made}`,
        role_bindings: [{ role_id: role.id, namespace: '/acme' }],
        ...members,
      })
    },
    add: (account, body = {}) => make.create(secretsOf(account), body),
    reset: (account, body = {}) => make.create(`${secretsOf(account)}:reset`, body),
    list: async (account) => ((await json(secretsOf(account))) as { data: Listed[] }).data,
    switchTo: async ({ id }, enabled) => {
      const body = { client_credentials: { enabled } }
      expect((await gateway.admin('PATCH', `/service-accounts/${id}`, body)).status).toBe(200)
    },
    read: async (account) => (await json(`/service-accounts/${account.id}`)) as Made,
    login: ({ client_id, client_secret }) =>
      gateway.token(
        { grant_type: 'client_credentials' },
        { headers: { authorization: basic(client_id, client_secret) } },
      ),
  }
}
