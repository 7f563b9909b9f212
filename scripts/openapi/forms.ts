/** A schema, as plain JSON. */
export type Schema = { readonly [name: string]: unknown }

/** A string. */
export const text: Schema = { type: 'string' }
/** Content of JSON. */
export const json = (schema: Schema) => ({ 'application/json': { schema } })
/** A header that is described once. */
export const header = (name: string) => ({ $ref: `#/components/headers/${name}` })

const error = (description: string, headers: object = {}) => ({
  description,
  headers,
  content: json({ $ref: '#/components/schemas/OAuthError' }),
})

const wait = { 'Retry-After': header('RetryAfter') }

/** What every form of OAuth may be refused for. */
export const refusals = {
  '400': error('The request, the token or what is asked for is refused'),
  '401': error('`invalid_client`: client authentication failed, for whatever reason', {
    'WWW-Authenticate': header('Authenticate'),
  }),
  '405': error('Use POST'),
  '413': error('The body is larger than 32 KiB'),
  '415': error('Send application/x-www-form-urlencoded'),
  '429': error('`temporarily_unavailable`: too many attempts', wait),
  '500': error('`server_error`: a bug'),
  '503': error('`temporarily_unavailable`: a dependency is out of reach', wait),
}

/** A body of parameters. */
export const form = (
  names: readonly string[],
  values: Readonly<Record<string, Schema>>,
  of: Schema,
) => ({
  required: true,
  content: {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        properties: Object.fromEntries(names.map((name) => [name, values[name] ?? text])),
        ...of,
      },
    },
  },
})
