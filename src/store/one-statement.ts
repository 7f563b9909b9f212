import { LibsqlError } from '@libsql/client/http'

/** Where a database is reached. */
export interface Address {
  readonly url: string
  readonly authToken: string | undefined
}

/** A statement that goes alone, with its arguments by position. */
export interface Statement {
  readonly sql: string
  readonly args: (string | number | null)[]
}

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>

interface WireValue {
  readonly type: string
  readonly value?: unknown
}

interface WireResult {
  readonly cols: readonly { readonly name: string }[]
  readonly rows: readonly (readonly WireValue[])[]
}

type WireAnswer =
  | { readonly type: 'ok'; readonly response: { readonly result: WireResult } }
  | { readonly type: 'error'; readonly error: { readonly message: string; readonly code?: string } }

interface Route {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
}

// As the client reads addresses: `libsql:` is https unless it says `tls=0`; a token may stand in it.
const routeTo = ({ url, authToken }: Address): Route => {
  const { protocol, host, pathname, searchParams } = new URL(url)
  const scheme = protocol === 'http:' || searchParams.get('tls') === '0' ? 'http' : 'https'
  const token = searchParams.get('authToken') ?? authToken
  return {
    endpoint: new URL('v2/pipeline', `${scheme}://${host}${pathname}`).href,
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  }
}

// An isolate knows one address: parsing it costs more than sending to it.
let last: { readonly address: Address; readonly route: Route } | undefined

const knownRoute = (address: Address): Route => {
  if (last?.address.url !== address.url || last.address.authToken !== address.authToken) {
    last = { address, route: routeTo(address) }
  }
  return last.route
}

const encode = (value: string | number | null): WireValue => {
  if (value === null) return { type: 'null' }
  return { type: typeof value === 'string' ? 'text' : 'float', value }
}

const garbled = (): LibsqlError =>
  new LibsqlError('not an answer to what was asked', 'HRANA_PROTO_ERROR')

const decode = ({ type, value }: WireValue): string | number | null => {
  if (type === 'null') return null
  if (type === 'text' && typeof value === 'string') return value
  if (type === 'float' && typeof value === 'number') return value
  if (type === 'integer' && typeof value === 'string' && value !== '') {
    const number = Number(value)
    if (Number.isSafeInteger(number)) return number
  }
  throw garbled()
}

const close = { type: 'close' }

const ask = async ({ endpoint, headers }: Route, { sql, args }: Statement): Promise<unknown> => {
  const stmt = { sql, args: args.map(encode), want_rows: true }
  const body = JSON.stringify({ requests: [{ type: 'execute', stmt }, close] })
  const response = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'manual' })
  if (response.ok) return response.json()
  await response.body?.cancel()
  throw new LibsqlError(`the server answered ${response.status}`, 'SERVER_ERROR')
}

/**
 * Runs one statement in one request of libSQL's HTTP protocol (Hrana 2). What the client does for a
 * statement that goes alone (a stream, its queue, its closing) is a fifth of the JavaScript of a
 * warm request; all else goes through the client.
 */
export const runOneStatement = async (
  address: Address,
  statement: Statement,
): Promise<readonly Row[]> => {
  const { results } = (await ask(knownRoute(address), statement)) as { results: WireAnswer[] }
  const [answer, closed] = results
  if (answer === undefined || closed === undefined) throw garbled()
  if (answer.type === 'error') {
    throw new LibsqlError(answer.error.message, answer.error.code ?? 'UNKNOWN')
  }
  const { cols, rows } = answer.response.result
  return rows.map((row) =>
    Object.fromEntries(cols.map(({ name }, i) => [name, decode(row[i] as WireValue)])),
  )
}
