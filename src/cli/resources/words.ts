type Item = Readonly<Record<string, unknown>>

const at = (item: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Item | null | undefined)?.[name], item)

// What others wrote may hold what moves a cursor or hides text: only what shows itself is shown.
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')

const sayItem = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'name' in value && 'namespace' in value
    ? plain(`${value.name}@${value.namespace}`)
    : say(value)

/** Says a value in one line. */
export const say = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '-'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(sayItem).join(', ')
  return plain(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

const widest = 60

const cut = (text: string): string =>
  text.length > widest ? `${text.slice(0, widest - 1)}…` : text

/** Lays items out under the names of their columns; ids and the last column are never cut. */
export const table = (items: readonly unknown[], columns: readonly string[]): string => {
  const last = columns.length - 1
  const rows = items.map((item) =>
    columns.map((column, index) => {
      const text = say(at(item, column))
      return index === last || /(^|[._])(id|kid)$/.test(column) ? text : cut(text)
    }),
  )
  const lines = [columns.map((column) => column.replaceAll('_', ' ').toUpperCase()), ...rows]
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((cells) => (cells[index] ?? '').length)),
  )
  return lines
    .map((cells) =>
      cells
        .map((cell, index) => (index === last ? cell : cell.padEnd(widths[index] ?? 0)))
        .join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n')
}

const isDeep = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).some((v) => typeof v === 'object' && v !== null)

/** Lays one object out, a member a line; what goes deep is laid out below its name. */
export const details = (value: unknown, indent = ''): string => {
  if (typeof value !== 'object' || value === null) return `${indent}${say(value)}`
  if (Array.isArray(value)) {
    return value
      .map((item) => details(item, `${indent}  `).replace(/^(\s*) {2}/, '$1- '))
      .join('\n')
  }
  const members = Object.entries(value).map(([name, member]) => [plain(name), member] as const)
  const width = Math.max(...members.map(([name]) => name.length))
  return members
    .map(([name, member]) =>
      isDeep(member)
        ? `${indent}${name}\n${details(member, `${indent}  `)}`
        : `${indent}${name.padEnd(width)}  ${say(member)}`,
    )
    .join('\n')
}
