import { join } from 'node:path'
import { type Cli, CliFailure } from '../cli.ts'
import { ofFailure } from '../frame/failures.ts'
import { storedLogins } from '../session/stored.ts'
import { projectFiles, userDirectory } from './places.ts'
import { refuseReach, unconfirmedUrl } from './project-limits.ts'
import { type FileSettings, readSettingsFile } from './settings-file.ts'
import { asItIs, type SettingName, settingTable } from './table.ts'

/** A value and who said it: a flag, a variable, a file. */
export interface Setting {
  readonly value: string
  readonly from: string
  /** False where only the project's file says it: whoever can change the sources can change that. */
  readonly confirmed: boolean
}

export type Settings = Readonly<Partial<Record<SettingName, Setting>>>

/** What was given on the command line; lists are joined by spaces. */
export type Flags = Readonly<Partial<Record<SettingName, string | readonly string[] | undefined>>>

interface Source {
  readonly isProject: boolean
  readonly of: (name: SettingName) => Omit<Setting, 'confirmed'> | undefined
}

const fromFlags = (flags: Flags): Source => ({
  isProject: false,
  of: (name) => {
    const given = flags[name]
    if (given === undefined) return undefined
    const value = typeof given === 'string' ? given : given.join(' ')
    return { value, from: `the flag ${settingTable[name].flag}` }
  },
})

const fromEnvironment = ({ env }: Pick<Cli, 'env'>): Source => ({
  isProject: false,
  of: (name) => {
    const { variable } = settingTable[name]
    const value = env[variable]
    // An empty URL or account is a variable that was not filled; anything else empty is unset.
    const counts = value !== undefined && (value !== '' || settingTable[name].read !== asItIs)
    return counts ? { value, from: `the variable ${variable}` } : undefined
  },
})

const fromFile = (said: FileSettings, path: string, isProject: boolean): Source => ({
  isProject,
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
    sources.push(fromFile(said, path, true))
    break
  }
  const own = userDirectory(cli)
  if (own !== null) {
    const path = join(own, 'config.yaml')
    const said = await readSettingsFile(cli, path)
    if (said !== null) sources.push(fromFile(said, path, false))
  }
  return sources
}

// Read last: a job that says all of it must not fail for a file that it does not need.
const urlOfLogin = async (cli: Cli): Promise<Setting | undefined> => {
  const { current, path } = await storedLogins(cli)
  return current === null
    ? undefined
    : { value: current, from: `the login in ${path}`, confirmed: true }
}

const settingOf = (sources: readonly Source[], name: SettingName): Setting | undefined => {
  const found = sources.flatMap((source) => {
    const said = source.of(name)
    return said === undefined ? [] : [{ ...said, isProject: source.isProject }]
  })
  const [first, ...others] = found
  if (first === undefined) return undefined
  const read = settingTable[name].read(first.value, first.from)
  if (!read.ok) throw ofFailure(read.error)
  if (first.isProject) refuseReach(name, read.value, first.from)
  const agrees = ({ value, from }: (typeof found)[number]): boolean => {
    const other = settingTable[name].read(value, from)
    return other.ok && other.value === read.value
  }
  const confirmed = !first.isProject || others.some(agrees)
  return { value: read.value, from: first.from, confirmed }
}

const confirmedByLogin = async (cli: Cli, url: Setting): Promise<Setting> => {
  if (url.confirmed) return url
  return { ...url, confirmed: Object.hasOwn((await storedLogins(cli)).logins, url.value) }
}

/**
 * Reads the settings of a command: flag, environment, the project's `gatehouse.yaml`, the user's own
 * `config.yaml`, the login. Each value is checked where it was said.
 */
export const readSettings = async (cli: Cli, flags: Flags = {}): Promise<Settings> => {
  const sources = await sourcesOf(cli, flags)
  const settings: Partial<Record<SettingName, Setting>> = {}
  for (const name of Object.keys(settingTable) as SettingName[]) {
    const setting = settingOf(sources, name)
    if (setting !== undefined) settings[name] = setting
  }
  const said = settings.url
  const url = said === undefined ? await urlOfLogin(cli) : await confirmedByLogin(cli, said)
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

/**
 * The gateway's URL where a credential is sent to it: refused when only the project's file says it,
 * because a pull request can write that file.
 */
export const credentialUrl = (settings: Settings): string => {
  const url = required(settings, 'url')
  if (settings.url?.confirmed === true) return url
  throw unconfirmedUrl(url, settings.url?.from ?? '')
}

/** The scopes of the settings, as a list. */
export const scopesOf = ({ scopes }: Settings): readonly string[] =>
  scopes?.value.split(/[\s,]+/).filter((scope) => scope !== '') ?? []
