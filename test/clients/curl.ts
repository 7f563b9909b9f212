import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What an endpoint answered to curl. */
export interface CurlAnswer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** Runs curl as it is on this machine, with the arguments of somebody's documentation. */
export const curl = async (...documented: readonly string[]): Promise<CurlAnswer> => {
  const ours = ['--silent', '--show-error', '--write-out', '\n%{http_code}']
  const { stdout } = await run('curl', [...ours, ...documented])
  const end = stdout.lastIndexOf('\n')
  const body = stdout.slice(0, end)
  return { status: Number(stdout.slice(end + 1)), body: body === '' ? {} : JSON.parse(body) }
}
