#!/usr/bin/env node
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { endProcess } from '../pipeline/end-process.ts'
import { run } from './program.ts'

const execute = promisify(execFile)

const status = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  fetch: (request) => fetch(request),
  now: Date.now,
  sleep: (milliseconds) => setTimeout(milliseconds),
  run: async (command, argv) => (await execute(command, [...argv])).stdout,
  readFile: (path) => readFile(path, 'utf8'),
  readStdin: () => text(process.stdin),
  writeOut: (words) => process.stdout.write(words),
  writeErr: (words) => process.stderr.write(words),
  isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
})

endProcess(status)
