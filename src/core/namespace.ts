import { type Problem, problem } from './problem.ts'

/** The root of the tree. It holds the built-ins and the root accounts. */
export const rootNamespaceId = 'ns_root'
export const rootPath = '/'

/** Most names in a path. */
export const maxSegments = 8

/** The grammar of names: of namespace segments, accounts, roles and groups. */
export const isName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(text)

/** Whether a text is a namespace path below the root: `/` and 1 to 8 names. */
export const isNamespacePath = (path: string): boolean => {
  const [empty, ...segments] = path.split('/')
  return (
    empty === '' && segments.length >= 1 && segments.length <= maxSegments && segments.every(isName)
  )
}

/** What is told of a path that is none. */
export const namespacePathProblem: Problem = problem(
  'validation-failed',
  'the path is no namespace path',
  [{ pointer: '/path', detail: 'expected 1 to 8 names [a-z0-9][a-z0-9-]{0,62} after slashes' }],
)

/** Whether `path` is `ancestor` or lies below it, by whole segments: `/acme` is not above `/acme-evil`. */
export const isAtOrBelow = (path: string, ancestor: string): boolean =>
  ancestor === rootPath || path === ancestor || path.startsWith(`${ancestor}/`)

/** The path one level up; the root's own is the root. */
export const parentPath = (path: string): string => path.slice(0, path.lastIndexOf('/')) || rootPath

/** The path and all above it, itself first, the root last. */
export const lineOf = (path: string): readonly string[] => {
  const line = [path]
  for (let at = path; at !== rootPath; line.push(at)) at = parentPath(at)
  return line
}

/** The top-level namespace that a path belongs to; the root is its own. */
export const tenantPath = (path: string): string =>
  path === rootPath ? rootPath : `/${path.split('/')[1] ?? ''}`
