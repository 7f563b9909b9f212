import { join } from 'node:path'
import { type Cli, CliFailure } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { storedLogins } from '../session/stored.ts'
import { projectFiles, userDirectory } from './places.ts'
import { type FileSettings, readSettingsFile } from './settings-file.ts'
import { asItIs, type SettingName, settingTable } from './table.ts'

/** A value and who said it: a flag, a variable, a file. */
export interface Setting {
  readonly value: string
  readonly from: string
}

export type Settings = Readonly<Partial<Record<SettingName, Setting>>>

/** What was given on the command line; lists are joined by spaces. */
export type Flags = Readonly<Partial<Record<SettingName, string | readonly string[] | undefined>>>

interface Source {
  readonly of: (name: SettingName) => Setting | undefined
}

const fromFlags = (flags: Flags): Source => ({
  of: (name) => {
    const given = flags[name]
    if (given === undefined) return undefined
    const value = typeof given === 'string' ? given : given.join(' ')
    return { value, from: `the flag ${settingTable[name].flag}` }
  },
})

const fromEnvironment = ({ env }: Pick<Cli, 'env'>): Source => ({
  of: (name) => {
    const { variable } = settingTable[name]
    const value = env[variable]
    // An empty URL or account is a variable that was not filled; anything else empty is unset.
    const counts = value !== undefined && (value !== '' || settingTable[name].read !== asItIs)
    return counts ? { value, from: `the variable ${variable}` } : undefined
  },
})

const fromFile = (said: FileSettings, path: string): Source => ({
  of: (name) => {
    const value = said.get(name)
    return value === undefined ? undefined : { value, from: path }
  },
})

const sourcesOf = async (cli: Cli, flags: Flags): Promise<Source[]> => {
  const sources = [fromFlags(flags), fromEnvironment(cli)]
  for (const path of projectFiles(cli.cwd)) {
    const said = await readSettingsFile(cli, path)
    if (said === null) continue
    sources.push(fromFile(said, path))
    break
  }
  const own = userDirectory(cli)
  if (own !== null) {
    const path = join(own, 'config.yaml')
    const said = await readSettingsFile(cli, path)
    if (said !== null) sources.push(fromFile(said, path))
  }
  return sources
}

// Read last: a job that says all of it must not fail for a file that it does not need.
const urlOfLogin = async (cli: Cli): Promise<Setting | undefined> => {
  const { current, path } = await storedLogins(cli)
  return current === null ? undefined : { value: current, from: `the login in ${path}` }
}

/**
 * Reads the settings of a command: flag, environment, the project's `gatehouse.yaml`, the user's own
 * `config.yaml`, the login. Each value is checked where it was said.
 */
export const readSettings = async (cli: Cli, flags: Flags = {}): Promise<Settings> => {
  const sources = await sourcesOf(cli, flags)
  const settings: Partial<Record<SettingName, Setting>> = {}
  for (const name of Object.keys(settingTable) as SettingName[]) {
    const setting = sources.map(({ of }) => of(name)).find((found) => found !== undefined)
    if (setting === undefined) continue
    const read = settingTable[name].read(setting.value, setting.from)
    if (!read.ok) throw ofFailure(read.error)
    settings[name] = { value: read.value, from: setting.from }
  }
  const url = settings.url ?? (await urlOfLogin(cli))
  return { ...settings, ...(url !== undefined && { url }) }
}

/** The value of a setting that a command cannot do without. */
export const required = (settings: Settings, name: SettingName): string => {
  const setting = settings[name]
  if (setting !== undefined) return setting.value
  const { flag, variable, key, about } = settingTable[name]
  throw new CliFailure('usage', {
    code: 'missing_setting',
    message: `${flag} is missing: ${about}`,
    next: `give ${flag}, set ${variable}, or write ${key}: into gatehouse.yaml`,
  })
}

/** The scopes of the settings, as a list. */
export const scopesOf = ({ scopes }: Settings): readonly string[] =>
  scopes?.value.split(/[\s,]+/).filter((scope) => scope !== '') ?? []
