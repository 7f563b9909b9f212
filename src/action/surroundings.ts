import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import * as http from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Surroundings } from '../pipeline/surroundings.ts'

const execute = promisify(execFile)

/** What the runner's Node gives. A proxy named in the environment is used where Node can do so. */
export const surroundingsOf = (env: Surroundings['env']): Surroundings => {
  // Self-hosted runners may be behind one; Node itself looks at it since 24.14 and when told.
  http.setGlobalProxyFromEnv?.(env as Record<string, string>)
  return {
    env,
    fetch: (request) => fetch(request),
    now: Date.now,
    sleep: (milliseconds) => setTimeout(milliseconds),
    run: async (command, argv) => (await execute(command, [...argv])).stdout,
    readFile: (path) => readFile(path, 'utf8'),
    readStdin: async () => '',
  }
}
