import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'

/** A running workerd. */
export interface Served {
  /** CPU time of this process alone, in microseconds. */
  cpuMicros(): number
  kill(): void
}

// A CommonJS package whose default export is the path of its binary.
const binary = (createRequire(import.meta.url)('workerd') as { default: string }).default

/** A port that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const microsPerTick = 10_000

// Fields 14 and 15 of /proc/<pid>/stat, counted after the command's closing parenthesis.
const cpuOf = ({ pid }: ChildProcess): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * microsPerTick
}

const listening = async (url: string): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`workerd does not answer at ${url}`)
}

/** Serves a configuration, whose scripts lie in a directory, until it answers at a URL. */
export const serve = async (config: string, directory: string, url: string): Promise<Served> => {
  const file = `${directory}/bench-${new URL(url).port}.capnp`
  await writeFile(file, config)
  const child = spawn(binary, ['serve', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await listening(url)
  return { cpuMicros: () => cpuOf(child), kill: () => child.kill('SIGKILL') }
}
