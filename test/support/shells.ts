import { spawn, spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'

/** A shell that jobs run in, as the words that start it. */
export interface Shell {
  readonly name: string
  readonly argv: readonly string[]
}

const all: readonly Shell[] = [
  { name: 'sh', argv: ['sh'] },
  { name: 'dash', argv: ['dash'] },
  { name: 'bash', argv: ['bash'] },
  { name: 'busybox sh', argv: ['busybox', 'sh'] },
]

const answers = ([command = '', ...rest]: readonly string[]): boolean =>
  spawnSync(command, [...rest, '-c', 'exit 0']).status === 0

// On Debian, sh is dash.
const programOf = ([command = '']: readonly string[]): string =>
  realpathSync(spawnSync('which', [command], { encoding: 'utf8' }).stdout.trim())

/** Those that this machine has, each program once; sh and bash are everywhere. */
export const shells: readonly Shell[] = all
  .filter(({ argv }) => answers(argv))
  .filter(({ argv }, at, present) => {
    const same = present.findIndex((other) => programOf(other.argv) === programOf(argv))
    return same === at
  })

/** How a script ended and all that it printed, in the order in which it did. */
export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly stdout: string
}

/** Runs a program to its end, without standard input. */
export const runToEnd = (
  [command = '', ...argv]: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output, stdout }))
  })
