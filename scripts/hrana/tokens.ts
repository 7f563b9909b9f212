/** A piece of SQL text that is neither a blank nor a comment. */
export type Token = {
  readonly kind: 'word' | 'quoted' | 'parameter' | 'symbol'
  readonly text: string
  readonly start: number
  readonly end: number
}

// A doubled quote inside a string reads as two adjacent strings, which is all the same here and
// keeps every alternative linear on hostile text.
const TOKEN =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<quoted>'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?)|(?<parameter>\?\d*|[:@$][\w$\u0080-\uffff]+)|(?<word>[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)|\d[\w.]*|[\s\S]/gi

/** Splits a text into the tokens of its statements; empty statements are left out. */
export function splitStatements(sql: string): Token[][] {
  const statements: Token[][] = []
  let current: Token[] = []
  for (const token of tokenize(sql)) {
    if (token.text !== ';' || isInsideTrigger(current)) {
      current.push(token)
      continue
    }
    if (current.length > 0) statements.push(current)
    current = []
  }
  if (current.length > 0) statements.push(current)
  return statements
}

/** Gives a token in upper case when it is a bare word, else an empty string. */
export function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : ''
}

function* tokenize(sql: string): Generator<Token> {
  for (const match of sql.matchAll(TOKEN)) {
    const groups = match.groups
    if (groups?.blank !== undefined) continue
    yield {
      kind: kindOf(groups),
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
    }
  }
}

function kindOf(groups: Record<string, string> | undefined): Token['kind'] {
  if (groups?.word !== undefined) return 'word'
  if (groups?.quoted !== undefined) return 'quoted'
  if (groups?.parameter !== undefined) return 'parameter'
  return 'symbol'
}

// The statements in the body of a trigger end with semicolons of their own; the trigger ends
// where END follows one of them. This is the rule of sqlite3_complete().
function isInsideTrigger(tokens: readonly Token[]): boolean {
  const words = tokens.slice(0, 6).map(wordOf)
  const create = words.indexOf('CREATE')
  if (create === -1 || words.slice(0, create).some((word) => !EXPLANATION.has(word))) return false
  const isTemporary = /^TEMP(?:ORARY)?$/.test(words[create + 1] ?? '')
  if (words[create + (isTemporary ? 2 : 1)] !== 'TRIGGER') return false
  return !(wordOf(tokens.at(-1)) === 'END' && tokens.at(-2)?.text === ';')
}

/** The words that may stand before the verb of an explained statement. */
export const EXPLANATION: ReadonlySet<string> = new Set(['EXPLAIN', 'QUERY', 'PLAN'])
