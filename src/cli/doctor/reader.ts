import { operations } from '../../client/operations.ts'
import { type Cli, CliFailure } from '../cli.ts'
import type { Api } from '../resources/api.ts'
import { readPages } from '../resources/pages.ts'

// What may not be read is no fault of what is there.
const ifAllowed = async <T>(read: () => Promise<T>): Promise<T | null> => {
  try {
    return await read()
  } catch (thrown) {
    const denied = thrown instanceof CliFailure && ['denied', 'notFound'].includes(thrown.exit)
    if (denied) return null
    throw thrown
  }
}

/** What the checks of stored objects need. */
export interface Reader {
  readonly cli: Cli
  readonly api: Api
  readonly url: string
}

/** A stored object, as the API answers it. */
export type Item = Readonly<Record<string, unknown>>

/** Lists everything of an operation; null where the caller may not. */
export const listed = (
  { api }: Reader,
  name: string,
  request: Parameters<typeof readPages>[2] = {},
): Promise<readonly Item[] | null> => {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new TypeError(`no operation ${name}`)
  return ifAllowed(async () => (await readPages(api, operation, request)).items)
}
