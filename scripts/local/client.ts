/** What an endpoint answered. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const read = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}

/** Sends a token request. */
export const requestToken = async (
  gateway: string,
  form: Readonly<Record<string, string>>,
): Promise<Answer> =>
  read(await fetch(`${gateway}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) }))

/** Calls the admin API; an answer that is no success is an error that says what it was. */
export const createAdmin = async (
  gateway: string,
  root: { readonly client_id: string; readonly client_secret: string },
) => {
  const { client_id, client_secret } = root
  const granted = await requestToken(gateway, {
    grant_type: 'client_credentials',
    client_id,
    client_secret,
  })
  const authorization = `Bearer ${granted.body.access_token}`
  return async (method: string, path: string, body?: object) => {
    const answer = await read(
      await fetch(`${gateway}/admin/v1${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    if (answer.status < 300) return answer.body
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }
}

/** A caller of the admin API. */
export type Admin = Awaited<ReturnType<typeof createAdmin>>
