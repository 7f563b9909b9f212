// JSON escapes line breaks and controls, but not these: a terminal would obey them (AC-395).
const unsafe = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu

const escapeChar = (char: string): string =>
  char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')

/** A value as one physical line of JSON, in which nothing moves a cursor or turns the text around. */
export const oneLine = (value: unknown): string => JSON.stringify(value).replace(unsafe, escapeChar)

// What moves a cursor, turns text around or cannot be seen; of controls, tabs and line breaks stay.
const unseen = /(?![\n\t]|\r\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
// A line of a job's log that begins with `::`, or holds `##[`, is a command to the runner.
const command = /^(\s*):(?=:)/gm
const oldCommand = /#(?=#(?:\[|[a-z]+\[))/gi

/** Lines for a terminal or a job's log, in which nothing is a command to either. */
export const printable = (text: string): string =>
  text
    .replace(unseen, escapeChar)
    .replace(command, `$1${escapeChar(':')}`)
    .replace(oldCommand, escapeChar('#'))

/** What others wrote, as part of a line: it neither ends the line nor commands a terminal. */
export const inOneLine = (text: string): string =>
  printable(text.replace(/[\r\n\t]/g, (char) => JSON.stringify(char).slice(1, -1)))
