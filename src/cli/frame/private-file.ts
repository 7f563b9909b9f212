import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdtemp, open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { type Cli, CliFailure } from '../cli.ts'

/**
 * Writes a file that only its owner can read. Who reads it meanwhile sees the old text or the new
 * one, never half of either; a link that lies there is replaced, not followed.
 */
export const writePrivately = async (path: string, text: string): Promise<void> => {
  const draft = join(dirname(path), `.${randomUUID()}`)
  try {
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(text).finally(() => file.close())
    await rename(draft, path)
  } catch (thrown) {
    await rm(draft, { force: true })
    const { code } = thrown as { readonly code?: string }
    throw new CliFailure('usage', {
      code: 'output_file',
      message: `${path} cannot be written (${code ?? 'no reason given'})`,
      next: 'name a file in a directory that exists and is yours',
    })
  }
}

/** Makes a directory for one process, where the platform keeps what is gone after the job. */
export const makePrivateDirectory = ({ env }: Pick<Cli, 'env'>): Promise<string> =>
  mkdtemp(join(env.RUNNER_TEMP || tmpdir(), 'gatehouse-'))

const repositoryRoot = (from: string): string | null => {
  for (let at = from; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (dirname(at) === at) return null
  }
}

const real = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The checked-out sources that a file lies in, from where it gets into commits, caches and images. */
export const workspaceOf = (
  path: string,
  { env, cwd }: Pick<Cli, 'env' | 'cwd'>,
): string | null => {
  const directory = real(dirname(resolve(cwd, path)))
  const known = [env.GITHUB_WORKSPACE, env.CI_PROJECT_DIR, env.BUILDKITE_BUILD_CHECKOUT_PATH]
  const roots = [...known, repositoryRoot(directory)].filter((root) => !!root) as string[]
  return roots.map(real).find((root) => `${directory}${sep}`.startsWith(`${root}${sep}`)) ?? null
}
