import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
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
  /** Whether this call was asked to print a credential; no other may. */
  readonly printsCredential?: boolean
}

// JWTs, our client secrets and named tokens, and what the tests' platforms are asked with.
const credential = /eyJ[\w-]{10,}\.|gth[stp]_[0-9A-Za-z]{20,}|of-the-runner|PRIVATE KEY/

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

/** Runs the command line to its end, and sees that it tells no credential. */
export const gatehouse = async (argv: readonly string[], around: Around = {}): Promise<Ended> => {
  const child = startGatehouse(argv, around)
  // A command that ends without reading its input is fine.
  child.stdin.on('error', () => {})
  child.stdin.end(around.input ?? '')
  const end = await ended(child)
  expect(end.stderr).not.toMatch(credential)
  if (!around.printsCredential) expect(end.stdout).not.toMatch(credential)
  return end
}
