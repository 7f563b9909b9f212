import { isSupported } from './policy.ts'
import { EXPLANATION, splitStatements, type Token, wordOf } from './tokens.ts'

/** What the server must know of one SQL statement before it runs. */
export type Statement = {
  readonly text: string
  readonly verb: string
  readonly isExplained: boolean
  readonly isSupported: boolean
  /** Names of the parameters in binding order; undefined where an argument goes by position. */
  readonly parameters: readonly (string | undefined)[]
  /** It inserts, updates or deletes rows. */
  readonly isChange: boolean
  readonly isInsert: boolean
  /** It may be prepared ahead, kept, and run again. */
  readonly isKeepable: boolean
  /** It may leave something on its connection that the next stream must not see. */
  readonly leavesState: boolean
}

const CHANGES = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE'])
const MAIN_VERBS = new Set([...CHANGES, 'SELECT', 'VALUES'])
const REPEATED = new Set([
  ...MAIN_VERBS,
  'BEGIN',
  'COMMIT',
  'END',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
])
const HIGHEST_PARAMETER = 32_766

const CACHE_ENTRIES = 500
const CACHED_LENGTH = 20_000
const cache = new Map<string, readonly Statement[]>()

/** Reads the statements of a text; understands no grammar beyond verbs, quotes and parameters. */
export function readStatements(sql: string): readonly Statement[] {
  const known = cache.get(sql)
  if (known !== undefined) return known
  const statements = splitStatements(sql).map((tokens) => describe(sql, tokens))
  if (sql.length > CACHED_LENGTH) return statements
  if (cache.size >= CACHE_ENTRIES) cache.clear()
  cache.set(sql, statements)
  return statements
}

function describe(sql: string, tokens: readonly Token[]): Statement {
  const verbAt = tokens.findIndex((token) => !EXPLANATION.has(wordOf(token)))
  const isExplained = verbAt !== 0
  const verb = mainVerb(tokens, verbAt)
  const text = sql.slice(tokens[0]?.start, tokens.at(-1)?.end)
  return {
    text,
    verb,
    isExplained,
    isSupported: isSupported(tokens, verbAt),
    parameters: parameterNames(tokens),
    isChange: !isExplained && CHANGES.has(verb),
    isInsert: !isExplained && (verb === 'INSERT' || verb === 'REPLACE'),
    isKeepable: REPEATED.has(verb),
    leavesState: verb === 'PRAGMA' || (verb === 'CREATE' && /\btemp/i.test(text)),
  }
}

function mainVerb(tokens: readonly Token[], verbAt: number): string {
  const first = wordOf(tokens[verbAt])
  if (first !== 'WITH') return first
  let depth = 0
  for (const token of tokens.slice(verbAt + 1)) {
    if (token.text === '(') depth += 1
    if (token.text === ')') depth -= 1
    if (depth === 0 && MAIN_VERBS.has(wordOf(token))) return wordOf(token)
  }
  return first
}

function parameterNames(tokens: readonly Token[]): (string | undefined)[] {
  const names: (string | undefined)[] = []
  for (const { kind, text } of tokens) {
    if (kind === 'parameter') addParameter(names, text)
  }
  return names
}

function addParameter(names: (string | undefined)[], text: string): void {
  if (text === '?') {
    names.push(undefined)
    return
  }
  if (!text.startsWith('?')) {
    if (!names.includes(text)) names.push(text)
    return
  }
  const number = Math.min(Number(text.slice(1)), HIGHEST_PARAMETER)
  while (names.length < number) names.push(undefined)
}
