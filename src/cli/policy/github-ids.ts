import { type Cli, CliFailure } from '../cli.ts'

const withinMs = 9000

/** Who never changes: the numbers behind a repository's names. */
export interface GithubIds {
  readonly repositoryId: string
  readonly ownerId: string
}

const failure = (message: string, next: string): CliFailure =>
  new CliFailure('unavailable', { code: 'github_unavailable', message, next })

const byHand = 'give --repository-id and --owner-id yourself'

const ask = async (cli: Cli, api: string, repository: string): Promise<Response> => {
  const headers = new Headers({ accept: 'application/vnd.github+json', 'user-agent': 'gatehouse' })
  const token = cli.env.GITHUB_TOKEN
  // A token of GitHub's goes to the API that the environment names, and nowhere else.
  const own = cli.env.GITHUB_API_URL ?? 'https://api.github.com'
  if (token && api === own) headers.set('authorization', `Bearer ${token}`)
  const signal = AbortSignal.timeout(withinMs)
  try {
    return await cli.fetch(
      new Request(`${api}/repos/${repository}`, { headers, signal, redirect: 'manual' }),
    )
  } catch {
    throw failure(`${api} does not answer within ${withinMs / 1000} s`, byHand)
  }
}

const readIds = (body: unknown): GithubIds | null => {
  const { id, owner } = (body ?? {}) as { id?: unknown; owner?: { id?: unknown } }
  const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
  return isId(id) && isId(owner?.id) ? { repositoryId: `${id}`, ownerId: `${owner.id}` } : null
}

/** Looks up the ids of `OWNER/REPO` at GitHub. */
export const githubIds = async (cli: Cli, repository: string, api: string): Promise<GithubIds> => {
  if (!/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(repository)) {
    throw new CliFailure('usage', {
      code: 'usage',
      message: `--from-github ${repository}: expected OWNER/REPO`,
      next: 'gatehouse policy init --from-github acme/app …',
    })
  }
  const answer = await ask(cli, api, repository)
  if (answer.status === 404 || answer.status === 401 || answer.status === 403) {
    throw new CliFailure('notFound', {
      code: 'repository_not_found',
      message: `${api} shows no repository ${repository} (status ${answer.status})`,
      next: `for a private one set GITHUB_TOKEN, or ${byHand}`,
    })
  }
  if (answer.status >= 300 && answer.status < 400) {
    throw failure(`${repository} has another name by now`, 'use the name that it has today')
  }
  const ids = answer.ok ? readIds(await answer.json().catch(() => null)) : null
  if (ids === null) throw failure(`${api} answers with status ${answer.status} and no ids`, byHand)
  return ids
}
