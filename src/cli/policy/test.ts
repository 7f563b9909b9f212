import { resolve } from 'node:path'
import type { Command } from 'commander'
import { inOneLine } from '../../core/one-line.ts'
import { runTrials, type Trial } from '../../policy-file/trials.ts'
import type { Cli } from '../cli.ts'
import { writePrivately } from '../frame/private-file.ts'
import { type PolicyFile, readPolicyFiles } from './files.ts'
import { junitOf } from './junit.ts'
import { conclude, count, faultsOf, showFindings } from './report.ts'

type Tried = Trial & { readonly file: string }

const trialsOf = ({ path, accounts }: PolicyFile): readonly Tried[] =>
  accounts.flatMap((account) => runTrials(account).map((trial) => ({ ...trial, file: path })))

const inWords = ({ file, line, column, policy, name, message }: Tried): string => {
  const what = inOneLine(`${policy}: ${name}`)
  if (message === null) return `ok    ${what}`
  return `FAIL  ${what}\n      ${inOneLine(`${file}:${line}:${column}: ${message}`)}`
}

/** `gatehouse policy test`: the examples and tests in policy files, offline. */
export const registerTest = (policy: Command, cli: Cli): void => {
  policy
    .command('test')
    .description('run the examples and tests in policy files, offline')
    .argument('[files...]', 'files or folders; - is stdin')
    .option('--junit <path>', 'write a JUnit report there')
    .action(async (named: string[], { junit }: { junit?: string }) => {
      const files = await readPolicyFiles(cli, named)
      const faults = files.flatMap(faultsOf)
      const tests = files.flatMap(trialsOf)
      const failed = tests.filter(({ passed }) => !passed).length
      if (junit !== undefined) {
        const broken = faults.map(({ file, line, code, message }) => {
          const nameless = { service_account: '', policy: '' }
          return { ...nameless, file, line, name: code, message }
        })
        await writePrivately(resolve(cli.cwd, junit), junitOf([...broken, ...tests]))
      }
      conclude(cli, {
        exit: failed + faults.length > 0 ? 'findings' : null,
        value: { passed: tests.length - failed, failed, tests, faults },
        inWords: () =>
          [
            ...(faults.length > 0 ? [showFindings(faults, 'text')] : []),
            ...tests.map(inWords),
            `${tests.length - failed} passed, ${failed} failed`,
          ].join('\n'),
        message: `${count(failed, 'test')} failed, ${count(faults.length, 'fault')} in the files`,
        next: 'mend the policy or the test; each line names its place',
      })
    })
}
