import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { ROOT } from './settings.ts'

/** How a `gatehouse` process ended. */
export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Around {
  /** All of its environment but PATH: what this machine has set is not seen. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string
}

/** Starts the command line as people do. */
export const startGatehouse = (
  argv: readonly string[],
  { env = {}, cwd = '/' }: Around = {},
): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [`${ROOT}src/cli/main.ts`, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
  })

/** Waits for the end of a process and returns all it said. */
export const ended = async (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  return { status, stdout, stderr }
}

/** Runs the command line to its end. */
export const gatehouse = (argv: readonly string[], around: Around = {}): Promise<Ended> => {
  const child = startGatehouse(argv, around)
  // A command that ends without reading its input is fine.
  child.stdin.on('error', () => {})
  child.stdin.end(around.input ?? '')
  return ended(child)
}
