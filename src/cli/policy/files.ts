import { readdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Fault } from '../../policy-file/place.ts'
import { type FileAccount, readPolicyFile } from '../../policy-file/read.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { readSettings } from '../settings/settings.ts'

/** A policy file that was read: its accounts, or everything that is wrong with it. */
export interface PolicyFile {
  /** As people call it: relative to where they are. */
  readonly path: string
  readonly accounts: readonly FileAccount[]
  readonly faults: readonly Fault[]
}

const suffix = /\.trust\.ya?ml$/

const unread = ['node_modules', '.git']

const filesBelow = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) return unread.includes(entry.name) ? [] : filesBelow(path)
      return entry.isFile() && suffix.test(entry.name) ? [path] : []
    }),
  )
  return found.flat().sort()
}

const missing = (path: string): CliFailure =>
  new CliFailure('notFound', {
    code: 'file_not_found',
    message: `${path} cannot be read, expected a file or a folder`,
    next: 'check the path, or leave it out to take every *.trust.yaml below this folder',
  })

const expand = async (cli: Cli, path: string): Promise<readonly string[]> => {
  if (path === '-') return ['-']
  const full = resolve(cli.cwd, path)
  const found = await stat(full).catch(() => null)
  if (found === null) throw missing(path)
  return found.isDirectory() ? filesBelow(full) : [full]
}

/** Reads a file, or stdin where it is called `-`. */
export const readInput = async (cli: Cli, path: string): Promise<string> => {
  if (path === '-') return cli.readStdin()
  try {
    return await cli.readFile(resolve(cli.cwd, path))
  } catch {
    throw missing(path)
  }
}

const readOne = async (cli: Cli, path: string): Promise<PolicyFile> => {
  const read = readPolicyFile(await readInput(cli, path))
  const named = path === '-' ? 'stdin' : relative(cli.cwd, path) || path
  return read.ok
    ? { path: named, accounts: read.value, faults: [] }
    : { path: named, accounts: [], faults: read.error }
}

const none = (where: string): CliFailure =>
  new CliFailure('notFound', {
    code: 'no_policy_files',
    message: `there is no *.trust.yaml in ${where}`,
    next: 'name the files, or make one: gatehouse policy init',
  })

/** Reads the policy files that are named, or those of the setting `policies`, or all below here. */
export const readPolicyFiles = async (
  cli: Cli,
  named: readonly string[],
): Promise<readonly PolicyFile[]> => {
  const setting = named.length > 0 ? undefined : (await readSettings(cli)).policies?.value
  const places = named.length > 0 ? named : [setting ?? '.']
  const paths = new Set((await Promise.all(places.map((path) => expand(cli, path)))).flat())
  if (paths.size === 0) throw none(places.join(', '))
  return Promise.all([...paths].map((path) => readOne(cli, path)))
}
