import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { components } from '../../client/api.ts'
import type { JsonObject } from '../../core/json.ts'
import { inOneLine, oneLine } from '../../core/one-line.ts'
import { curlOf } from '../../core/suggestion/curl.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { writePrivately } from '../frame/private-file.ts'
import type { Connection } from '../session/connect.ts'

export type Suggestion = components['schemas']['PolicySuggestion']

/** Where a policy is wanted, as the API is told. */
export type WantedPlace = { readonly service_account_id: string } | { readonly namespace: string }

/** What the gateway has answered. */
export const said = <T>({ data }: { readonly data?: T }): T => {
  if (data !== undefined) return data
  throw new CliFailure('unexpected', {
    code: 'unexpected',
    message: 'the gateway answered with nothing',
    next: 'try again',
  })
}

const nothingSuggested = ({ reason, warnings }: Suggestion): CliFailure =>
  new CliFailure('findings', {
    code: 'no_suggestion',
    message:
      reason === null
        ? `no policy could accept such a token:\n  ${warnings.map(inOneLine).join('\n  ')}`
        : `the token proves nothing here: ${reason}`,
    next:
      reason === 'unknown_issuer'
        ? 'register its issuer first: gatehouse issuers create'
        : 'mend the job and run it again',
    details: { reason, warnings },
  })

const commentsOf = ({ notes, warnings }: Suggestion): string[] => {
  const bound = notes.filter((note) => note.bound)
  const left = notes.filter((note) => !note.bound)
  return [
    'The narrowest policy for the job that was seen. Bound, each to its exact value:',
    ...bound.map(({ claim, why }) => `  ${claim}: ${why}`),
    'Left out:',
    ...left.map(({ claim, why }) => `  ${claim}: ${why}`),
    ...(warnings.length === 0 ? [] : ['Look at this before you apply it:']),
    ...warnings.map((warning) => `  ${warning}`),
  ]
}

// What a token says is its maker's: none of it may end the comment that it stands in.
const asComment = (line: string): string => `# ${oneLine(line).slice(1, -1)}`.trimEnd()

const policyFileOf = (suggestion: Suggestion): string =>
  `${commentsOf(suggestion).map(asComment).join('\n')}\n${suggestion.yaml}`

const write = async (cli: Cli, path: string, text: string): Promise<void> => {
  // What lies there is replaced; a link among the sources is not followed.
  if (cli.yes) return writePrivately(resolve(cli.cwd, path), text)
  try {
    await writeFile(resolve(cli.cwd, path), text, { flag: 'wx' })
  } catch (thrown) {
    const { code } = thrown as { readonly code?: string }
    const exists = code === 'EEXIST'
    throw new CliFailure(exists ? 'conflict' : 'usage', {
      code: exists ? 'file_exists' : 'output_file',
      message: exists ? `${path} is there already` : `${path} cannot be written (${code})`,
      next: exists ? 'name another file, or add --yes to replace it' : 'name a file in a folder',
    })
  }
}

/**
 * Shows a suggestion: the policy file on stdout or in a file, and on stderr the same as a call, for
 * who does not use files.
 */
export const showSuggestion = async (
  cli: Cli,
  { url }: Pick<Connection, 'url'>,
  { suggestion, file }: { readonly suggestion: Suggestion; readonly file: string | undefined },
): Promise<void> => {
  const { call, warnings } = suggestion
  if (call === null) throw nothingSuggested(suggestion)
  const text = policyFileOf(suggestion)
  if (file !== undefined) await write(cli, file, text)
  for (const warning of warnings) cli.warn(`warning: ${inOneLine(warning)}`)
  if (!cli.json) {
    // Made here: people paste it, and what a gateway answers is not to be a command.
    const curl = curlOf(call.path, call.body as JsonObject)
    if (curl !== null) {
      cli.say(`\nThe same without a file: POST ${url}${call.path}, or in bash\n${curl}\n`)
    }
    const name = file ?? 'deploy.trust.yaml'
    cli.say(`next: gatehouse policy lint ${name} && gatehouse policy diff ${name}`)
  }
  const words = () => (file === undefined ? text.trimEnd() : file)
  cli.print({ ...suggestion, file: file ?? null }, words, 'file')
}
