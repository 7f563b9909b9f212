import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newDatabaseFile } from './support/databases.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/hrana/server.ts', import.meta.url))

type Child = ChildProcessByStdio<Writable, Readable, Readable>

function start(...flags: string[]): Child {
  const child = spawn(process.execPath, [SCRIPT, ...flags], { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

async function firstLine(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'))
  }
  return text
}

async function urlOf(child: Child): Promise<string> {
  const { listening } = JSON.parse(await firstLine(child.stdout)) as { listening: string }
  return listening
}

async function exitOf(child: Child): Promise<unknown[]> {
  child.stdout.resume()
  child.stderr.resume()
  return child.exitCode === null ? once(child, 'exit') : [child.exitCode, null]
}

describe('server.ts', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s', async (signal) => {
    const child = start('--file', newDatabaseFile())
    const url = await urlOf(child)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    child.kill(signal)
    expect(await exitOf(child)).toEqual([0, null])
  })

  it('ends with its parent when told to', async () => {
    const child = start('--file', newDatabaseFile(), '--exit-with-parent')
    await urlOf(child)
    child.stdin.end()
    expect(await exitOf(child)).toEqual([0, null])
  })

  it('does not look at its input otherwise', async () => {
    const child = start('--file', newDatabaseFile())
    const url = await urlOf(child)
    child.stdin.end()
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect(child.exitCode).toBeNull()
  })

  it('passes its flags on', async () => {
    const child = start(
      '--file',
      newDatabaseFile(),
      '--token',
      'right',
      '--fail-rate',
      '1',
      '--log',
    )
    const url = await urlOf(child)
    const body = '{"requests":[]}'
    const refused = await fetch(`${url}/v2/pipeline`, { method: 'POST', body })
    expect(refused.status).toBe(401)
    expect(JSON.parse(await firstLine(child.stderr))).toMatchObject({ status: 401 })
    const headers = { authorization: 'Bearer right' }
    const failed = await fetch(`${url}/v2/pipeline`, { method: 'POST', body, headers })
    expect(failed.status).toBe(500)
  })

  it('explains itself', async () => {
    const child = start('--help')
    expect(await firstLine(child.stdout)).toMatch(/Hrana/)
    expect(await exitOf(child)).toEqual([0, null])
  })

  it.each([
    [[], /--file is missing/],
    [['--file', 'x', '--port', 'many'], /--port must be a number from 0 to 65535/],
    [['--file', 'x', '--fail-rate', '2'], /--fail-rate must be a number from 0 to 1/],
    [['--file', 'x', '--synchronous', 'full'], /--synchronous must be/],
    [['--file', 'x', '--colour'], /--colour/],
  ])('refuses %j', async (flags, message) => {
    const child = start(...flags)
    expect(await firstLine(child.stderr)).toMatch(message)
    expect(await exitOf(child)).toEqual([2, null])
  })
})
