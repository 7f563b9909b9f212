import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environmentReaders, house, onNode } from './rooms.ts'

const maxLines = 150
// Nobody writes it, and who reads it asks for a name in it.
const generated = 'src/client/api.ts'
const impure = /\b(?:Date|fetch|crypto|process|setTimeout|console)\s*[.(]|\basync\b|\bawait\b/
const importLine = /^\s*(?:import|export)\b[^'"]*from\s+'([^']+)'|^\s*import\s+'([^']+)'/gm

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src')

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(directory, file))

const roomOf = (file: string): string => relative(source, file).split('/')[0] ?? ''

const importsOf = (text: string): string[] => {
  // A comment may show an import; only code counts.
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '')
  const joined = code.replace(/(import|export)\s+(type\s+)?\{[^}]*\}/g, (names) =>
    names.replaceAll('\n', ' '),
  )
  return [...joined.matchAll(importLine)].map((match) => match[1] ?? match[2] ?? '')
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const offencesOf = (file: string, text: string): string[] => {
  const name = relative(root, file)
  const room = roomOf(file)
  const rule = house[room]
  if (rule === undefined) return [`${name}: is in no room of the house`]
  const offences = importsOf(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      if (specifier.startsWith('node:') && onNode.has(room)) return []
      const wanted = packageOf(specifier)
      return rule.packages.includes(wanted) ? [] : [`${name}: ${room} may not use ${wanted}`]
    }
    const target = roomOf(join(dirname(file), specifier))
    const allowed = target === room || rule.rooms.includes(target)
    return allowed ? [] : [`${name}: ${room} may not import ${target}`]
  })
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/'[^'\n]*'/g, "''")
  if (room === 'core' && impure.test(code)) offences.push(`${name}: the core is pure`)
  if (!environmentReaders.includes(relative(source, file)) && /\bprocess\.env\b/.test(code)) {
    offences.push(`${name}: the environment is read at the door`)
  }
  return offences
}

const graphOf = (files: ReadonlyMap<string, string>): Map<string, string[]> =>
  new Map(
    [...files].map(([file, text]) => [
      file,
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => join(dirname(file), specifier)),
    ]),
  )

const cyclesOf = (graph: ReadonlyMap<string, readonly string[]>): string[] => {
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      const names = [...trail.slice(trail.indexOf(file)), file].map((at) => relative(root, at))
      cycles.push(`a cycle: ${names.join(' → ')}`)
      return
    }
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return cycles
}

const longFiles = (files: Iterable<readonly [string, string]>): string[] =>
  [...files]
    .map(([file, text]) => [relative(root, file), text.split('\n').length - 1] as const)
    .filter(([name, lines]) => lines > maxLines && name !== generated)
    .map(([name, lines]) => `${name}: ${lines} lines; over ${maxLines} a room wants a name`)

const readAll = (directory: string): Map<string, string> =>
  new Map(filesBelow(directory).map((file) => [file, readFileSync(file, 'utf8')]))

const files = readAll(source)
const offences = [
  ...[...files].flatMap(([file, text]) => offencesOf(file, text)),
  ...cyclesOf(graphOf(files)),
  ...longFiles([...files, ...readAll(join(root, 'scripts'))]),
]
for (const offence of offences) console.error(offence)
console.log(`layers: ${files.size} files, ${offences.length} offences`)
process.exitCode = offences.length === 0 ? 0 : 1
