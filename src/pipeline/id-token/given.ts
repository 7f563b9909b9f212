import { ok, type Result } from '../../core/result.ts'
import type { Failure } from '../failure.ts'
import type { Surroundings } from '../surroundings.ts'
import { type IdTokenSource, noIdToken } from './source.ts'

const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Takes a text for a token if it looks like one. The text itself is never shown. */
export const asToken = (text: string, where: string): Result<string, Failure> => {
  const token = text.trim()
  if (token === '') {
    return noIdToken(`${where} is empty, expected an identity token`, `put the token in ${where}`)
  }
  if (compact.test(token)) return ok(token)
  const literal = /^\$|\{\{/.test(token) ? ' (it is the name of a variable, not its value)' : ''
  return noIdToken(
    `${where} holds something else than an identity token, expected three parts and two dots${literal}`,
    `put the token alone in ${where}, without quotes or "Bearer"`,
  )
}

const gitlabLines = (audience: string): string =>
  `add to the job in .gitlab-ci.yml:
  id_tokens:
    GATEHOUSE_ID_TOKEN:
      aud: ${audience}`

/** A token in an environment variable. It stays the same for the whole job. */
export const fromVariable = (
  name: string,
  audience: string,
  { env }: Pick<Surroundings, 'env'>,
): IdTokenSource => ({
  name,
  renewable: false,
  isMinted: false,
  get: async () => {
    const text = env[name]
    if (text !== undefined) return asToken(text, `the variable ${name}`)
    const next = env.GITLAB_CI ? gitlabLines(audience) : `set ${name} to the job's identity token`
    return noIdToken(`the variable ${name} is not set`, next)
  },
})

/** A token in a file, as Kubernetes keeps one fresh. */
export const fromFile = (
  path: string,
  { readFile }: Pick<Surroundings, 'readFile'>,
): IdTokenSource => ({
  name: `the file ${path}`,
  renewable: true,
  isMinted: false,
  get: async () => {
    const text = await readFile(path).catch((thrown: { readonly code?: string }) => thrown)
    if (typeof text === 'string') return asToken(text, `the file ${path}`)
    const why = text.code === 'ENOENT' ? 'does not exist' : 'cannot be read'
    return noIdToken(`the file ${path} ${why}`, 'correct the path behind file:')
  },
})

/** A token on stdin, which can be read once. */
export const fromStdin = ({ readStdin }: Pick<Surroundings, 'readStdin'>): IdTokenSource => {
  let read: Promise<string> | undefined
  return {
    name: 'stdin',
    renewable: false,
    isMinted: false,
    get: async () => {
      read ??= readStdin()
      return asToken(await read, 'stdin')
    },
  }
}
