import type { Process } from '../../src/cli/frame/terminal.ts'
import { run } from '../../src/cli/program.ts'
import { stage } from './surroundings.ts'

/** What a command line came to. */
export interface Came {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process: with files as they are, and nothing else of this machine. */
export const commandLine = async (
  argv: readonly string[],
  given: Partial<Process> = {},
): Promise<Came> => {
  const said = { stdout: '', stderr: '' }
  const status = await run(argv, {
    ...stage(),
    cwd: '/',
    isTerminal: false,
    writeOut: (text) => {
      said.stdout += text
    },
    writeErr: (text) => {
      said.stderr += text
    },
    ...given,
  })
  return { status, ...said }
}
