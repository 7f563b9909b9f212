const paint = (code: number) => (text: string) =>
  process.env.NO_COLOR || !process.stdout.isTTY ? text : `\u001b[${code}m${text}\u001b[0m`

const bold = paint(1)
const dim = paint(2)
const red = paint(31)
const green = paint(32)
const cyan = paint(36)

let steps = 0

/** Starts a numbered step. */
export const step = (title: string): void => {
  steps += 1
  console.log(`\n${cyan(bold(`${steps}. ${title}`))}`)
}

/** Says what is going on. */
export const say = (text: string): void => console.log(`   ${text}`)

/** Shows the members of an object that matter here, in columns. */
export const show = (title: string, object: object, names: readonly string[]): void => {
  console.log(`   ${dim(title)}`)
  for (const name of names) {
    const value = (object as Record<string, unknown>)[name]
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
    if (value !== undefined) console.log(`     ${name.padEnd(22)} ${text}`)
  }
}

/** Shows JSON as it went over the wire. */
export const wire = (title: string, value: unknown): void => {
  console.log(`   ${dim(title)}`)
  const text = JSON.stringify(value, null, 2)
  console.log(text.replace(/^/gm, '     '))
}

/** Ends the demo unless something is as it should be. */
export const check = (holds: boolean, promise: string): void => {
  console.log(`   ${holds ? green('✓') : red('✗')} ${promise}`)
  if (!holds) throw new Error(`the demo went otherwise: ${promise}`)
}

/** The last line. */
export const done = (text: string): void => console.log(`\n${green(bold(text))}\n`)
