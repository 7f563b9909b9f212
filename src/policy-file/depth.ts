import { Lexer } from 'yaml'

/** How deep brackets may stand in one another. */
export const maxDepth = 40

/** Whether brackets or dashes stand in one another deeper than the parser may call itself. */
export const isTooDeep = (text: string): boolean => {
  let brackets = 0
  let dashes = 0
  let isScalarNext = false
  for (const token of new Lexer().lex(text)) {
    if (isScalarNext) {
      isScalarNext = false
      continue
    }
    if (token === '\u001f') isScalarNext = true
    else if (token === '[' || token === '{') brackets += 1
    else if (token === ']' || token === '}') brackets -= 1
    else if (token === '-' || token === '?' || token === ':') dashes += 1
    else if (token === ',' || token.includes('\n')) dashes = 0
    if (brackets > maxDepth || dashes > maxDepth * 10) return true
  }
  return false
}
