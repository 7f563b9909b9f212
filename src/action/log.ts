import { info } from '@actions/core'

// A line break would begin a line of somebody else's; the others move a cursor or turn text around.
const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu
// The runner takes `##[…]` for a command wherever in a line it stands, and `::…` at its beginning.
const command = /##\[/g

const escapeChar = (char: string): string =>
  `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A text in one line that the runner and a terminal take for nothing else than text. */
export const harmless = (text: string): string =>
  text.replace(unsafe, escapeChar).replace(command, '#\\u0023[')

/** Prints a line of the log. It begins with a name of ours, never with what somebody else wrote. */
export const log = (line: string): void => info(`gatehouse: ${harmless(line)}`)
