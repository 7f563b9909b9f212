import { readFile } from 'node:fs/promises'
import * as http from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { Surroundings } from '../pipeline/surroundings.ts'

/** What the action may touch: it starts no program, and reads no standard input. */
export type Runner = Pick<Surroundings, 'env' | 'fetch' | 'now' | 'sleep' | 'readFile'>

/** What the runner's Node gives. A proxy named in the environment is used where Node can do so. */
export const runnerOf = (env: Runner['env']): Runner => {
  // Self-hosted runners may be behind one; Node itself looks at it since 24.14 and when told.
  http.setGlobalProxyFromEnv?.(env as Record<string, string>)
  return {
    env,
    fetch: (request) => fetch(request),
    now: Date.now,
    sleep: (milliseconds) => setTimeout(milliseconds),
    readFile: (path) => readFile(path, 'utf8'),
  }
}
