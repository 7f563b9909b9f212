import type { Register } from '../cli.ts'
import { registerApply, registerDiff } from './apply.ts'
import { registerExplain } from './explain.ts'
import { registerImport } from './import.ts'
import { registerInit } from './init.ts'
import { registerLint } from './lint.ts'
import { registerPull } from './pull.ts'
import { registerSuggest } from './suggest.ts'
import { registerTest } from './test.ts'

/** `gatehouse policy …`: policy files, offline and against the gateway. */
export const registerPolicy: Register = (program, cli) => {
  const policy = program.command('policy').description('write, judge and apply policy files')
  for (const register of [
    registerInit,
    registerSuggest,
    registerLint,
    registerTest,
    registerExplain,
    registerImport,
    registerDiff,
    registerApply,
    registerPull,
  ])
    register(policy, cli)
}
