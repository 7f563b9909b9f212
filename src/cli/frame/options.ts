import type { Command } from 'commander'
import { type SettingName, settingTable } from '../settings/table.ts'

const values: Readonly<Record<SettingName, string>> = {
  url: '<origin>',
  clientId: '<id>',
  audience: '<identifier>',
  scopes: '<scopes...>',
  namespace: '<path>',
  policies: '<path>',
  provider: '<name>',
  timeout: '<seconds>',
}

/** Adds the options of settings to a command, with the same words everywhere. */
export const withSettings = (command: Command, ...names: readonly SettingName[]): Command => {
  for (const name of names) {
    const { flag, about, variable } = settingTable[name]
    command.option(`${flag} ${values[name]}`, `${about} (${variable})`)
  }
  return command
}

/** What the options of settings came to, under the names of the settings. */
export const flagsOf = (
  options: Readonly<Record<string, unknown>>,
): Partial<Record<SettingName, string | readonly string[]>> => {
  const { scope, ...rest } = options
  const given = { ...rest, ...(scope !== undefined && { scopes: scope }) }
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(settingTable, name)),
  )
}
