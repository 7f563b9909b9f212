import type { Command } from 'commander'
import { Option } from 'commander'
import { lintAccount } from '../../policy-file/lint.ts'
import type { Cli } from '../cli.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { readSettings } from '../settings/settings.ts'
import { type PolicyFile, readPolicyFiles } from './files.ts'
import {
  conclude,
  count,
  type Format,
  faultsOf,
  formats,
  type Reported,
  showFindings,
} from './report.ts'

const reportsOf = (file: PolicyFile, gateway: string | undefined): readonly Reported[] => [
  ...faultsOf(file),
  ...file.accounts.flatMap((account) =>
    lintAccount(account, gateway === undefined ? {} : { gateway }).map((finding) => ({
      ...finding,
      file: file.path,
    })),
  ),
]

/** Everything that is to be said of policy files before they go anywhere. */
export const lintFiles = (
  files: readonly PolicyFile[],
  gateway: string | undefined,
): readonly Reported[] => files.flatMap((file) => reportsOf(file, gateway))

const isError = ({ severity }: Reported): boolean => severity === 'error'

/** `gatehouse policy lint`: what saving would refuse or warn of, without asking anybody. */
export const registerLint = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('lint')
    .description('judge policy files as the gateway would, offline')
    .argument('[files...]', 'files or folders; - is stdin')
    .addOption(
      new Option('--format <format>', 'how to show findings').choices(formats).default('text'),
    )
    .option('--strict', 'warnings count as findings')
  withSettings(command, 'url').action(
    async (named: string[], options: { format: Format; strict?: true; url?: string }) => {
      const gateway = (await readSettings(cli, flagsOf({ url: options.url }))).url?.value
      const files = await readPolicyFiles(cli, named)
      const findings = lintFiles(files, gateway)
      const errors = findings.filter(isError).length
      const warnings = findings.length - errors
      const policies = files.flatMap(({ accounts }) => accounts.flatMap((each) => each.policies))
      conclude(cli, {
        exit: errors > 0 || (options.strict === true && warnings > 0) ? 'findings' : null,
        value: { files: files.map(({ path }) => path), errors, warnings, findings },
        inWords: () =>
          findings.length === 0
            ? `nothing found (policies: ${policies.length})`
            : showFindings(findings, options.format),
        ...(options.format === 'github' && { as: 'file' as const }),
        message: `${count(errors, 'error')}, ${count(warnings, 'warning')}`,
        next: 'mend them and lint again; each line names its place',
      })
    },
  )
}
