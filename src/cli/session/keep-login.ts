import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Cli, CliFailure } from '../cli.ts'
import { writePrivately } from '../frame/private-file.ts'
import { type StoredLogin, type StoredLogins, storedLogins } from './stored.ts'

const noHome = (): CliFailure =>
  new CliFailure('usage', {
    code: 'no_home',
    message: 'there is no home to keep a login in: neither XDG_CONFIG_HOME nor HOME is set',
    next: 'set one of them, or give GATEHOUSE_CLIENT_ID and GATEHOUSE_CLIENT_SECRET instead',
  })

const write = async ({ path, current, logins }: StoredLogins): Promise<string> => {
  if (path === null) throw noHome()
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writePrivately(path, `${JSON.stringify({ current, logins }, null, 2)}\n`)
  return path
}

/** Keeps a login for a gateway and makes it the current one; returns the file that it is in. */
export const keepLogin = async (cli: Cli, url: string, login: StoredLogin): Promise<string> => {
  const { path, logins } = await storedLogins(cli)
  return write({ path, current: url, logins: { ...logins, [url]: login } })
}

/** Forgets the login of a gateway; false when there was none. */
export const forgetLogin = async (cli: Cli, url: string): Promise<boolean> => {
  const { path, current, logins } = await storedLogins(cli)
  if (!Object.hasOwn(logins, url)) return false
  const rest = Object.fromEntries(Object.entries(logins).filter(([other]) => other !== url))
  const next = current === url ? (Object.keys(rest)[0] ?? null) : current
  await write({ path, current: next, logins: rest })
  return true
}
