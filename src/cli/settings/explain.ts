import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Cli, Register } from '../cli.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { storedLogins } from '../session/stored.ts'
import { foreignFiles, projectFiles, userDirectory } from './places.ts'
import { readSettings, type Settings } from './settings.ts'
import { type SettingName, settingTable } from './table.ts'

const names = Object.keys(settingTable) as SettingName[]

const secretVariables = [
  'GATEHOUSE_TOKEN',
  'GATEHOUSE_CLIENT_SECRET',
  'GATEHOUSE_KEY_FILE',
  'GATEHOUSE_ID_TOKEN',
] as const

const filesOf = (cli: Cli) => {
  const own = userDirectory(cli)
  return {
    project: projectFiles(cli.cwd).find((path) => existsSync(path)) ?? null,
    foreign: foreignFiles(cli.cwd),
    user: own !== null && existsSync(join(own, 'config.yaml')) ? join(own, 'config.yaml') : null,
  }
}

const rows = (settings: Settings): string[] =>
  names.map((name) => {
    const setting = settings[name]
    const { key, flag, variable } = settingTable[name]
    if (setting === undefined) return `${key.padEnd(10)} not set (${flag}, ${variable})`
    const alone = name === 'url' && !setting.confirmed
    const note = alone ? ' (nothing else says it: no secret is sent there)' : ''
    return `${key.padEnd(10)} ${setting.value}  from ${setting.from}${note}`
  })

const explain = async (cli: Cli, options: Readonly<Record<string, unknown>>): Promise<void> => {
  const settings = await readSettings(cli, flagsOf(options))
  const files = filesOf(cli)
  const { logins, path } = await storedLogins(cli)
  // Whether they are there, never what they hold.
  const credentials = {
    variables: secretVariables.filter((name) => cli.env[name]),
    logins: Object.keys(logins),
  }
  const values = names.map((name) => [
    settingTable[name].key,
    settings[name] ?? { value: null, from: null, confirmed: false },
  ])
  cli.print({ settings: Object.fromEntries(values), files, credentials }, () =>
    [
      ...rows(settings),
      `project file: ${files.project ?? 'none'}`,
      `user file: ${files.user ?? 'none'}`,
      ...files.foreign.map((path) => `not read, as it belongs to another user: ${path}`),
      `credentials in the environment: ${credentials.variables.join(', ') || 'none'}`,
      `logins in ${path}: ${credentials.logins.join(', ') || 'none'}`,
    ].join('\n'),
  )
}

/** `gatehouse config explain`: each setting, and where its value came from. */
export const registerConfig: Register = (program, cli) => {
  const config = program.command('config').description('settings, and where they come from')
  withSettings(
    config.command('explain').description('show each setting and where its value came from'),
    ...names,
  ).action((options) => explain(cli, options))
}
