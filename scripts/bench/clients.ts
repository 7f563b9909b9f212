import type { Admin } from '../local/client.ts'
import type { Credentials } from './series.ts'

/** A client of the benchmark, just made. */
export type Made = Credentials & { readonly id: string }

/** Makes an account with a secret and the one role of the benchmark's API. */
export const makeClient = async (admin: Admin, name: string): Promise<Made> => {
  const made = await admin('POST', '/service-accounts', {
    namespace: '/bench',
    name,
    client_credentials: {},
    role_bindings: [{ role_id: 'role_bench', namespace: '/bench' }],
  })
  return {
    id: String(made.id),
    client_id: String(made.client_id),
    client_secret: String(made.client_secret),
  }
}
