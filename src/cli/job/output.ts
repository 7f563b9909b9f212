import { join, resolve } from 'node:path'
import type { AccessToken } from '../../pipeline/exchange.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { makePrivateDirectory, workspaceOf, writePrivately } from '../frame/private-file.ts'

/** How a token is written. */
export const outputForms = ['token', 'json', 'env', 'header-file'] as const

export type OutputForm = (typeof outputForms)[number]

/** Where a token goes. */
export interface Output {
  readonly form: OutputForm
  /** Left out: stdout for `token` and `json`, a file of its own for the others. */
  readonly file?: string
}

const facts = ({ tokenType, expiresIn, expiresAt, scopes }: AccessToken) => ({
  token_type: tokenType,
  expires_in: expiresIn,
  expires_at: new Date(expiresAt).toISOString(),
  scope: scopes.join(' '),
})

const withToken = (token: AccessToken) => ({ access_token: token.token, ...facts(token) })

/** A token as the lines of a file. */
export const tokenText = (token: AccessToken, form: OutputForm): string => {
  switch (form) {
    case 'token':
      return `${token.token}\n`
    case 'json':
      return `${JSON.stringify(withToken(token))}\n`
    case 'env':
      return `GATEHOUSE_TOKEN=${token.token}\nGATEHOUSE_TOKEN_EXPIRES_AT=${facts(token).expires_at}\n`
    case 'header-file':
      return `Authorization: ${token.tokenType} ${token.token}\n`
  }
}

/** Reads where the token is to go. Nobody gets it onto a screen or into a job's log unasked. */
export const readOutput = (
  cli: Pick<Cli, 'json'>,
  { output, outputFile }: { output?: OutputForm; outputFile?: string },
): Output => {
  const form = output ?? (cli.json && outputFile === undefined ? 'json' : undefined)
  if (outputFile !== undefined) return { form: form ?? 'token', file: outputFile }
  if (form !== undefined) return { form }
  throw new CliFailure('usage', {
    code: 'missing_output',
    message: 'it is not said where the access token goes',
    next: '--output token prints it (TOKEN=$(…)), --output-file <path> writes it for you alone, --output header-file writes a header for curl -H @file and prints the path',
  })
}

const write = async (cli: Cli, token: AccessToken, { form, file }: Output): Promise<string> => {
  const path = file ? resolve(cli.cwd, file) : join(await makePrivateDirectory(cli), form)
  const workspace = file ? workspaceOf(path, cli) : null
  if (workspace !== null) {
    cli.warn(
      `warning: ${path} lies in ${workspace}, from where a token gets into commits, caches and images; write it to $RUNNER_TEMP or another temporary directory`,
    )
  }
  await writePrivately(path, tokenText(token, form))
  return path
}

/** Hands the token over: on stdout when that was asked for, else in a file, whose path is printed. */
export const handOver = async (cli: Cli, token: AccessToken, output: Output): Promise<void> => {
  const { form, file } = output
  if (file === undefined && (form === 'token' || form === 'json')) {
    const asJson = JSON.stringify(withToken(token))
    cli.print(withToken(token), () => (form === 'json' ? asJson : token.token))
    return
  }
  const path = await write(cli, token, output)
  cli.print({ output_file: path, ...facts(token) }, () => path)
}
