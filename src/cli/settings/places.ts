import { existsSync, lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Cli } from '../cli.ts'

/** The file that a project keeps its settings in. */
export const projectFileName = 'gatehouse.yaml'

// Windows has no such ids.
const ownId = (): number | undefined => process.getuid?.()

const isForeign = (path: string, uid: number | undefined): boolean => {
  const owner = lstatSync(path, { throwIfNoEntry: false })?.uid
  return uid !== undefined && owner !== undefined && owner !== uid
}

const upward = (at: string): readonly string[] =>
  dirname(at) === at ? [at] : [at, ...upward(dirname(at))]

const belowRoot = (cwd: string, uid: number | undefined): readonly string[] => {
  const directories = upward(cwd)
  const root = directories.findIndex((at) => existsSync(join(at, '.git')))
  // As git's safe.directory has it: in a shared folder, anybody can make a repository of all below.
  const isOwn = root !== -1 && !isForeign(join(directories[root] ?? '', '.git'), uid)
  return isOwn ? directories.slice(0, root + 1) : [cwd]
}

/**
 * Where the project's file may be: here and upward to the root of the user's own repository. Outside of
 * one only here, and never another user's file: what somebody left in /tmp says nothing here.
 */
export const projectFiles = (cwd: string, uid = ownId()): readonly string[] =>
  belowRoot(cwd, uid)
    .map((directory) => join(directory, projectFileName))
    .filter((path) => !isForeign(path, uid))

/** The project files of other users that lie on the way: they are not read. */
export const foreignFiles = (cwd: string, uid = ownId()): readonly string[] =>
  upward(cwd)
    .map((directory) => join(directory, projectFileName))
    .filter((path) => isForeign(path, uid))

/** The user's own directory of settings (XDG Base Directory); null where there is no home. */
export const userDirectory = ({ env }: Pick<Cli, 'env'>): string | null => {
  if (env.XDG_CONFIG_HOME?.startsWith('/')) return join(env.XDG_CONFIG_HOME, 'gatehouse')
  const home = env.HOME ?? env.USERPROFILE
  return home ? join(home, '.config', 'gatehouse') : null
}
