import type { Document, YAMLError, YAMLWarning } from 'yaml'
import { isAlias, isNode, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml'
import { isTooDeep, maxDepth } from './depth.ts'
import { type Fault, type Locate, locator, placeAt } from './place.ts'

/** The largest file that is read, in characters. */
export const maxFileLength = 262_144

/** One document of a file as plain data. */
export interface PlainDocument {
  readonly value: unknown
  readonly locate: Locate
}

const top = { line: 1, column: 1 }

// What it makes of a text depends on other texts far away, and doubles with every line (billion laughs).
const refused = {
  alias: 'aliases (`*name`) are not read here; write the value out',
  anchor: 'anchors (`&name`) are not read here; write the value out',
  tag: 'tags (`!name`) are not read here; write the plain value',
  merge: 'merge keys (`<<`) are not read here; write the members out',
} as const

/** Every way of writing that means more than what stands there. */
const faultsOfForm = (document: Document.Parsed, lines: LineCounter): Fault[] => {
  const faults: Fault[] = []
  const add = (what: keyof typeof refused, at: number | undefined): void => {
    faults.push({ code: `yaml-${what}`, message: refused[what], ...placeAt(lines, at ?? 0) })
  }
  visit(document, (key, node) => {
    if (isAlias(node)) add('alias', node.range?.[0])
    else if (isNode(node)) {
      const at = node.range?.[0]
      if ('anchor' in node && node.anchor !== undefined) add('anchor', at)
      if (node.tag !== undefined) add('tag', at)
      if (key === 'key' && isScalar(node) && node.value === '<<') add('merge', at)
    }
  })
  return faults
}

// `0123` reads as 123, and 12345678901234567890 as another number.
const faultsOfNumbers = (document: Document.Parsed, lines: LineCounter): Fault[] => {
  const faults: Fault[] = []
  visit(document, {
    Scalar: (_key, { value, source = '', range }) => {
      if (typeof value !== 'number' || String(value) === source) return
      const message = `${source} reads as the number ${value}; quote it if it is meant as text: "${source}"`
      faults.push({ code: 'number-form', message, ...placeAt(lines, range?.[0] ?? 0) })
    },
  })
  return faults
}

const faultOf = ({ code, message, pos }: YAMLError | YAMLWarning, lines: LineCounter): Fault => {
  const place = placeAt(lines, pos[0])
  if (code === 'TAG_RESOLVE_FAILED') return { code: 'yaml-tag', message: refused.tag, ...place }
  if (code !== 'DUPLICATE_KEY') return { code: 'yaml-syntax', message, ...place }
  const once = 'this key is there twice; keep one of the two'
  return { code: 'yaml-duplicate-key', message: once, ...place }
}

const faultsOf = (document: Document.Parsed, lines: LineCounter): Fault[] => {
  const faults = [...document.errors, ...document.warnings].map((each) => faultOf(each, lines))
  const { version } = document.directives.yaml
  if (version !== '1.2') {
    // There `yes` is a boolean and `010` is eight.
    const message = `YAML ${version} is not read here; leave the directive out`
    faults.push({ code: 'yaml-version', message, ...top })
  }
  const written = [...faultsOfForm(document, lines), ...faultsOfNumbers(document, lines)]
  // A tag that nobody knows is told by the parser too.
  const told = written.filter(
    ({ code, line }) => !faults.some((each) => each.code === code && each.line === line),
  )
  return [...faults, ...told]
}

const parse = (text: string, lines: LineCounter): readonly Document.Parsed[] => {
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  })
  return Array.isArray(documents) ? documents : []
}

/** A text as YAML: its documents, unless it is none, and what is wrong with how it is written. */
export interface YamlText {
  readonly documents: readonly PlainDocument[]
  readonly faults: readonly Fault[]
}

const broken = (code: string, message: string): YamlText => ({
  documents: [],
  faults: [{ code, message, ...top }],
})

// Of a broken text, what was read of it is a guess; an alias is not followed to see what it makes.
const unreadable = ['yaml-syntax', 'yaml-alias', 'yaml-version']

const readParsed = (text: string): YamlText => {
  const lines = new LineCounter()
  const documents = parse(text, lines)
  const faults = documents.flatMap((document) => faultsOf(document, lines))
  if (faults.some(({ code }) => unreadable.includes(code))) return { documents: [], faults }
  return {
    documents: documents.map((document) => ({
      value: document.toJS({ maxAliasCount: 0 }),
      locate: locator(document, lines),
    })),
    faults,
  }
}

/** Reads a text as YAML 1.2 without its power: what stands there is what it says. */
export const readYaml = (text: string): YamlText => {
  if (text.length > maxFileLength) {
    return broken('too-large', `a policy file has at most ${maxFileLength} characters`)
  }
  if (isTooDeep(text)) return broken('too-deep', `a policy file is at most ${maxDepth} deep`)
  const read = readParsed(text)
  const nothing = read.documents.length + read.faults.length === 0
  return nothing ? broken('empty', 'the file is empty') : read
}
