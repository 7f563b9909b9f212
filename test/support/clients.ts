import { expect } from 'vitest'
import type { RootCredentials } from './settings.ts'

/** Parameters of a form: an object (undefined leaves one out) or entries, to allow repetition. */
export type Form =
  | Readonly<Record<string, string | undefined>>
  | readonly (readonly [string, string])[]

export interface AdminOptions {
  /** Another caller's token; null sends none. */
  readonly token?: string | null
  readonly ifMatch?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Clients {
  fetch(path: string, init?: RequestInit): Promise<Response>
  token(form: Form, init?: RequestInit): Promise<Response>
  admin(method: string, path: string, body?: unknown, options?: AdminOptions): Promise<Response>
  rootToken(): Promise<string>
}

const ROOT_TOKEN_SECONDS = 300

/** Makes the callers of one gateway; `url` is asked every time, since a restart moves it. */
export function createClients(url: () => string, root: RootCredentials): Clients {
  let cached: { token: string; until: number } | undefined
  const send: Clients['fetch'] = (path, init) =>
    fetch(`${url()}${path}`, { redirect: 'manual', ...init })
  const rootToken = async (): Promise<string> => {
    if (cached !== undefined && cached.until > Date.now()) return cached.token
    cached = { token: await login(send, root), until: Date.now() + ROOT_TOKEN_SECONDS * 1000 }
    return cached.token
  }
  return {
    fetch: send,
    rootToken,
    token: (form, init) => send('/oauth/token', { method: 'POST', body: formBody(form), ...init }),
    admin: async (method, path, body, options = {}) => {
      const { token = await rootToken(), ifMatch, headers } = options
      return send(`/admin/v1${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
  }
}

/** Encodes a form; fetch adds the content type. */
export function formBody(form: Form): URLSearchParams {
  const entries = Array.isArray(form) ? form : Object.entries(form)
  const present = entries.filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(present)
}

/** Writes an Authorization header for HTTP Basic, each half form-encoded. */
export function basic(clientId: string, secret: string): string {
  const halves = [clientId, secret].map((half) => encodeURIComponent(half).replaceAll('%20', '+'))
  return `Basic ${Buffer.from(halves.join(':')).toString('base64')}`
}

async function login(send: Clients['fetch'], root: RootCredentials): Promise<string> {
  const response = await send('/oauth/token', {
    method: 'POST',
    headers: { authorization: basic(root.client_id, root.client_secret) },
    body: formBody({ grant_type: 'client_credentials' }),
  })
  const answer = (await response.json()) as { access_token?: string }
  expect(answer, 'the root account gets a token').toHaveProperty('access_token')
  return String(answer.access_token)
}
