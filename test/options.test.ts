import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const run = (script: string, option: string) => {
  const file = fileURLToPath(new URL(`../scripts/${script}`, import.meta.url))
  const { status, stdout, stderr } = spawnSync('node', [file, option], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe.each([
  ['openapi.ts', 'npm run openapi'],
  ['demo/main.ts', 'npm run demo'],
  ['bench/main.ts', 'npm run bench'],
])('%s', (script, usage) => {
  it('tells its usage', () => {
    expect(run(script, '--help')).toEqual({
      status: 0,
      stdout: expect.stringContaining(usage),
      stderr: '',
    })
  })

  it('runs under no option that it does not have', () => {
    const stderr = expect.stringMatching(new RegExp(`Unknown option '--nope'[^]*${usage}`))
    expect(run(script, '--nope')).toEqual({ status: 2, stdout: '', stderr })
  })
})
