import { expect } from 'vitest'
import { basic } from './clients.ts'
import { expectIssued } from './expect.ts'
import type { Gateway } from './gateway.ts'

/** A signing key as the admin API shows it. */
export interface ShownKey {
  readonly kid: string
  readonly algorithm: string
  readonly state: 'published' | 'active' | 'retired'
  readonly created_at: string
  readonly activated_at: string | null
  readonly retired_at: string | null
}

export interface Revoked {
  readonly kid: string
  readonly state: 'revoked'
  readonly active: ShownKey | null
}

export interface KeyDesk {
  list(): Promise<ShownKey[]>
  /** The key that is in a state; there must be one. */
  only(state: ShownKey['state']): Promise<ShownKey>
  rotate(body?: object): Promise<ShownKey>
  revoke(kid: string): Promise<Revoked>
  /** The published key set. */
  kids(): Promise<string[]>
}

/** A new token of the root account: the one before may be expired by now, or its key revoked. */
export async function rootLogin({ token, root }: Gateway): Promise<string> {
  const authorization = basic(root.client_id, root.client_secret)
  const form = { grant_type: 'client_credentials' }
  return (await expectIssued(await token(form, { headers: { authorization } }))).access_token
}

/** Works on the signing keys as root, who logs in for each call. */
export function keyDesk(gateway: Gateway): KeyDesk {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const token = await rootLogin(gateway)
    const response = await gateway.admin(method, `/signing-keys${path}`, body, { token })
    const answer = (await response.json()) as T
    expect([response.status, answer]).toEqual([200, expect.anything()])
    return answer
  }
  const list = async () => (await call<{ data: ShownKey[] }>('GET', '')).data
  return {
    list,
    only: async (state) => {
      const keys = (await list()).filter((key) => key.state === state)
      expect(keys).toHaveLength(1)
      return keys[0] as ShownKey
    },
    rotate: (body) => call('POST', ':rotate', body),
    revoke: (kid) => call('POST', `/${kid}:revoke`),
    kids: async () => {
      const response = await gateway.fetch('/.well-known/jwks.json')
      const { keys } = (await response.json()) as { keys: { kid: string }[] }
      return keys.map(({ kid }) => kid)
    },
  }
}
