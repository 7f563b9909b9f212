import { type ChildProcess, spawn } from 'node:child_process'
import { access, constants as modes, stat } from 'node:fs/promises'
import { constants } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { type Cli, CliFailure } from '../cli.ts'

/** A program that was started, and how it ends. */
export interface Child {
  /** Its exit code; 128 and the signal's number when one ended it, as shells have it. */
  readonly status: Promise<number>
}

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

const notStarted = (command: string, code: string | undefined): CliFailure =>
  new CliFailure('usage', {
    code: 'command_not_started',
    message: `${command} ${code === 'ENOENT' ? 'was not found' : `could not be started (${code})`}`,
    next: 'check the command behind --',
  })

const isProgram = async (path: string): Promise<boolean> => {
  try {
    await access(path, modes.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/**
 * Refuses a program that is not there: told before the exchange, because many a job has one identity
 * token, and it is good for one exchange.
 */
export const refuseMissing = async (
  command: string,
  { env, cwd }: Pick<Cli, 'env' | 'cwd'>,
): Promise<void> => {
  const folders = command.includes('/') ? [''] : (env.PATH ?? '/usr/bin:/bin').split(delimiter)
  for (const folder of folders) {
    if (await isProgram(resolve(cwd, folder, command))) return
  }
  throw notStarted(command, 'ENOENT')
}

const passSignals = (child: ChildProcess, isTerminal: boolean): (() => void) => {
  const listeners = passedOn.map((signal) => {
    // A terminal sends these to the program by itself; twice would mean "at once" to many.
    const itself = isTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT')
    const listener = () => {
      if (!itself) child.kill(signal)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return () => {
    for (const stop of listeners) stop()
  }
}

/** Starts a program without a shell, with our own stdin, stdout and stderr; passes signals on. */
export const startChild = async (
  argv: readonly string[],
  env: Cli['env'],
  { isTerminal, cwd }: Pick<Cli, 'isTerminal' | 'cwd'>,
): Promise<Child> => {
  const [command = '', ...rest] = argv
  const child = spawn(command, rest, { stdio: 'inherit', env, cwd })
  const stop = passSignals(child, isTerminal)
  const status = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => {
      stop()
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', ({ code }: NodeJS.ErrnoException) => {
      stop()
      reject(notStarted(command, code))
    })
  })
  return { status }
}
