import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cli, CliFailure } from '../cli.ts'
import { userDirectory } from '../settings/places.ts'

/** A login that `gatehouse login` has kept. */
export interface StoredLogin {
  readonly client_id: string
  readonly client_secret: string
}

/** All of them, by the gateway's origin. */
export interface StoredLogins {
  /** Where they are kept; null where there is no home. */
  readonly path: string | null
  /** The gateway that was logged in to last. */
  readonly current: string | null
  readonly logins: Readonly<Record<string, StoredLogin>>
}

const unusable = (path: string, message: string, next: string): CliFailure =>
  new CliFailure('authentication', {
    code: 'credentials_file',
    message: `${path} ${message}`,
    next,
  })

/** Refuses a file with secrets that others can read or that is not the user's own. */
export const refuseOpenFile = async (path: string): Promise<boolean> => {
  const file = await lstat(path).catch((thrown: { readonly code?: string }) => thrown)
  if (!('mode' in file)) {
    if (file.code === 'ENOENT' || file.code === 'ENOTDIR') return false
    throw unusable(path, 'cannot be read', 'check who may read it')
  }
  if (!file.isFile()) throw unusable(path, 'is not a plain file', 'name the file itself')
  // Windows has no such bits.
  if (process.platform !== 'win32' && (file.mode & 0o077) !== 0) {
    throw unusable(path, 'can be read by others', `run: chmod 600 ${path}`)
  }
  return true
}

/** Reads the logins of this user; none when there is no file. */
export const storedLogins = async (cli: Pick<Cli, 'env' | 'readFile'>): Promise<StoredLogins> => {
  const directory = userDirectory(cli)
  const path = directory === null ? null : join(directory, 'credentials.json')
  if (path === null || !(await refuseOpenFile(path))) return { path, current: null, logins: {} }
  try {
    const { current, logins } = JSON.parse(await cli.readFile(path)) as Partial<StoredLogins>
    return { path, current: current ?? null, logins: logins ?? {} }
  } catch {
    throw unusable(path, 'is damaged', 'delete it and run: gatehouse login')
  }
}
