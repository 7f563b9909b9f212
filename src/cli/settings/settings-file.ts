import { nearestName } from '../../core/nearest-name.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { type SettingName, settingTable } from './table.ts'

/** The settings that a file says, by name. */
export type FileSettings = ReadonlyMap<SettingName, string>

const byKey = new Map<string, SettingName>(
  (Object.keys(settingTable) as SettingName[]).map((name) => [settingTable[name].key, name]),
)

const wrong = (where: string, message: string, next: string): CliFailure =>
  new CliFailure('usage', { code: 'settings_file', message: `${where}: ${message}`, next })

const unknownField = (where: string, key: string): CliFailure => {
  const keys = [...byKey.keys()]
  const nearest = nearestName(key, keys)
  const next = nearest === undefined ? `known are: ${keys.join(', ')}` : `write ${nearest}`
  const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`
  return wrong(where, `unknown field "${key.slice(0, 60)}"${meant}`, next)
}

const textOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  const texts = Array.isArray(value) && value.every((entry) => typeof entry === 'string')
  return texts ? (value as string[]).join(' ') : null
}

/** Reads a settings file; what is wrong in it is told with its line and column. */
export const parseSettings = async (text: string, path: string): Promise<FileSettings> => {
  // Most calls have no such file, and the parser takes a while to load.
  const { LineCounter, isMap, isScalar, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${path}:${line}:${col}`
  }
  const [fault] = document.errors
  if (fault) throw wrong(at(fault.pos[0]), fault.message, 'correct the YAML there')
  if (document.contents === null) return new Map()
  if (!isMap(document.contents)) {
    throw wrong(`${path}:1:1`, 'expected fields such as "url: https://…"', 'write them so')
  }
  const settings = new Map<SettingName, string>()
  for (const { key, value } of document.contents.items) {
    const field = isScalar(key) ? String(key.value) : ''
    const where = at((isScalar(key) && key.range?.[0]) || 0)
    const name = byKey.get(field)
    if (name === undefined) throw unknownField(where, field)
    const said = textOf((value as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null)
    if (said === null) throw wrong(where, `${field} has to be a text`, 'write one value')
    settings.set(name, said)
  }
  return settings
}

/** Reads a settings file if there is one. */
export const readSettingsFile = async (
  { readFile }: Pick<Cli, 'readFile'>,
  path: string,
): Promise<FileSettings | null> => {
  const text = await readFile(path).catch((thrown: { readonly code?: string }) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return null
    throw wrong(path, 'cannot be read', 'check who may read it')
  })
  return text === null ? null : parseSettings(text, path)
}
