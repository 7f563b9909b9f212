import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Reads the options of a command; one that it does not have ends it with its usage, exit code 2. */
export const readOptions = <T extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: T,
) => {
  try {
    return parseArgs({ options }).values
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n\n${usage}`)
    return process.exit(2)
  }
}
