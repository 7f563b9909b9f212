import { readFile } from 'node:fs/promises'
import { run } from '../../src/cli/program.ts'

/** How a command line ended that ran in this process. */
export interface CliEnded {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line here: a process each would cost a second. */
export const runCli = async (
  argv: readonly string[],
  around: {
    readonly cwd: string
    readonly env?: Readonly<Record<string, string>>
    readonly input?: string
    readonly isTerminal?: boolean
    readonly fetch?: (request: Request) => Promise<Response>
  },
): Promise<CliEnded> => {
  let stdout = ''
  let stderr = ''
  const status = await run(argv, {
    env: around.env ?? {},
    cwd: around.cwd,
    fetch: around.fetch ?? ((request) => fetch(request)),
    now: Date.now,
    sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    run: () => Promise.reject(new Error('no programs here')),
    readFile: (path) => readFile(path, 'utf8'),
    readStdin: async () => around.input ?? '',
    writeOut: (text) => {
      stdout += text
    },
    writeErr: (text) => {
      stderr += text
    },
    isTerminal: around.isTerminal ?? false,
  })
  return { status, stdout, stderr }
}
