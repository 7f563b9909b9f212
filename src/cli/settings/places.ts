import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Cli } from '../cli.ts'

/** The file that a project keeps its settings in. */
export const projectFileName = 'gatehouse.yaml'

/**
 * Where the project's file may be: here and upward to the root of the repository. Outside of one only
 * here: a file that somebody else left in /tmp must not say where credentials are sent.
 */
export const projectFiles = (cwd: string): readonly string[] => {
  const directories: string[] = []
  for (let at = cwd; ; at = dirname(at)) {
    directories.push(at)
    if (existsSync(join(at, '.git'))) return directories.map((path) => join(path, projectFileName))
    if (dirname(at) === at) return [join(cwd, projectFileName)]
  }
}

/** The user's own directory of settings (XDG Base Directory); null where there is no home. */
export const userDirectory = ({ env }: Pick<Cli, 'env'>): string | null => {
  if (env.XDG_CONFIG_HOME?.startsWith('/')) return join(env.XDG_CONFIG_HOME, 'gatehouse')
  const home = env.HOME ?? env.USERPROFILE
  return home ? join(home, '.config', 'gatehouse') : null
}
