import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Process } from '../../src/cli/frame/terminal.ts'
import { run } from '../../src/cli/program.ts'
import type { Ended } from './gatehouse-process.ts'
import type { Gateway } from './gateway.ts'
import { settings } from './settings.ts'

/** What a test gives a command line instead of what it would have. */
export type Changed = Partial<Process> & { readonly input?: string }

/** A command line in this process. */
export interface CommandLine {
  (argv: readonly string[], changed?: Changed): Promise<Ended>
  /** Runs a command that must succeed, and returns what it printed as JSON. */
  json<T = Readonly<Record<string, unknown>>>(...argv: readonly string[]): Promise<T>
}

/** Sends what is for the gateway of the tests to where it listens. */
export const fetchFrom =
  (gateway: Pick<Gateway, 'url'>): Process['fetch'] =>
  (request) =>
    fetch(new Request(request.url.replace(settings.issuerUrl, gateway.url()), request))

/** Runs `gatehouse` in this process, as root of a gateway; `env` comes on top. */
export const commandLine = (
  gateway: () => Gateway,
  env: Readonly<Record<string, string>> = {},
): CommandLine => {
  const command = async (argv: readonly string[], { input = '', ...changed }: Changed = {}) => {
    let stdout = ''
    let stderr = ''
    const status = await run(argv, {
      env: {
        GATEHOUSE_URL: settings.issuerUrl,
        GATEHOUSE_TOKEN: await gateway().rootToken(),
        ...env,
      },
      cwd: '/',
      fetch: fetchFrom(gateway()),
      now: Date.now,
      sleep: async () => {},
      run: () => Promise.reject(new Error('there is no such program here')),
      readFile: (path) => readFile(path, 'utf8'),
      readStdin: async () => input,
      writeOut: (text) => {
        stdout += text
      },
      writeErr: (text) => {
        stderr += text
      },
      isTerminal: false,
      ...changed,
    })
    return { status, stdout, stderr }
  }
  return Object.assign(command, {
    json: async <T>(...argv: readonly string[]): Promise<T> => {
      const { status, stdout, stderr } = await command([...argv, '--json'])
      expect([status, stderr.match(/^error: .*/m)?.[0]], argv.join(' ')).toEqual([0, undefined])
      return JSON.parse(stdout) as T
    },
  })
}
