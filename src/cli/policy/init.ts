import type { Command } from 'commander'
import { type Cli, CliFailure } from '../cli.ts'
import { withSettings } from '../frame/options.ts'
import { learnFromJob, type PairingOptions } from './pairing.ts'

const unpaired = (): CliFailure =>
  new CliFailure('usage', {
    code: 'usage',
    message: 'it is not said what to learn from, expected --pair',
    next: 'gatehouse policy init --pair --service-account PATH waits for a job; gatehouse policy suggest --token-file PATH takes a token',
  })

/** `gatehouse policy init --pair`: learns a policy from a job that runs once. */
export const registerInit = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('init')
    .description('write a policy file for a job: with --pair it runs once and shows who it is')
    .option('--pair', 'make a one-time code for the job, and wait until it was used')
    .option('--service-account <path>', 'the account that is to trust the job')
    .option('--file <path>', 'write the policy file there')
  withSettings(command, 'url', 'namespace').action(
    (options: PairingOptions & { readonly pair?: true }) => {
      if (options.pair !== true) throw unpaired()
      return learnFromJob(cli, options)
    },
  )
}
