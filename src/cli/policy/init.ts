import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { toRef } from '../../policy-file/format.ts'
import { lintAccount } from '../../policy-file/lint.ts'
import { readPolicyFile } from '../../policy-file/read.ts'
import { writePolicyFile } from '../../policy-file/write.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { askFor } from '../frame/confirm.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { readSettings, required } from '../settings/settings.ts'
import { draftFromOptions, draftFromToken, type InitOptions } from './init-draft.ts'
import { learnFromJob, type PairingOptions } from './pairing.ts'
import { type Reported, showFindings } from './report.ts'

interface Options extends InitOptions, PairingOptions {
  readonly pair?: true
  readonly url?: string
}

const accountNeeded = 'add --service-account PATH; with --pair a job that runs once shows the rest'

const accountOf = async (cli: Cli, given: string | undefined) => {
  const message = 'The service account, like /acme/payments/deploy-bot'
  const text = given ?? (await askFor(cli, { message, secret: false, otherwise: accountNeeded }))
  const account = toRef(text)
  if (account !== undefined) return { account, text }
  throw new CliFailure('usage', {
    code: 'usage',
    message: `--service-account ${text}: expected a path like /acme/payments/deploy-bot`,
    next: 'name the account that the policy is for',
  })
}

/** What lint says of a new file; a new file that cannot be saved says so at once. */
export const findingsIn = (file: string, text: string, gateway: string): readonly Reported[] => {
  const read = readPolicyFile(text)
  if (!read.ok) {
    const nameless = { severity: 'error', service_account: null, policy: null } as const
    return read.error.map((fault) => ({ ...fault, ...nameless, file }))
  }
  return read.value.flatMap((account) =>
    lintAccount(account, { gateway }).map((finding) => ({ ...finding, file })),
  )
}

const save = async (cli: Cli, file: string, text: string): Promise<void> => {
  try {
    await writeFile(resolve(cli.cwd, file), text, { flag: 'wx' })
  } catch {
    throw new CliFailure('conflict', {
      code: 'file_exists',
      message: `${file} cannot be written: it is there already, or nobody may`,
      next: 'name another file',
    })
  }
}

const init = async (cli: Cli, file: string | undefined, options: Options): Promise<void> => {
  const settings = await readSettings(cli, flagsOf({ url: options.url }))
  const gateway = required(settings, 'url')
  const { account, text: service_account } = await accountOf(cli, options.serviceAccount)
  const from = options.fromTokenFile === undefined ? draftFromOptions : draftFromToken
  const policy = await from(cli, options, { account, gateway })
  const schemaUrl = `${gateway}/schemas/trust-policy.v1.json`
  const text = writePolicyFile([{ service_account, policies: [policy] }], { schemaUrl })
  const to = file ?? `${account.name}.trust.yaml`
  const findings = findingsIn(to, text, gateway)
  if (to !== '-') await save(cli, to, text)
  if (findings.length > 0) cli.warn(showFindings(findings, 'text'))
  cli.print({ file: to, text, findings }, () => (to === '-' ? text.trimEnd() : to), 'file')
  if (to !== '-') cli.say(`next: gatehouse policy diff ${to}`)
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** `gatehouse policy init`: a new policy file, from ids, GitHub, a token or a job that runs once. */
export const registerInit = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('init')
    .description('write a new policy file')
    .argument('[file]', 'where to; - is stdout (default: NAME.trust.yaml)')
    .option('--service-account <path>', 'the account that it is for')
    .option('--preset <id>', 'the kind of issuer (default: github-actions)')
    .option('--issuer <url>', 'the issuer, where the preset has no fixed URL')
    .option('--name <text>', 'the name of the policy')
    .option('--repository-id <id>', "GitHub's number of the repository")
    .option('--owner-id <id>', "GitHub's number of its owner")
    .option('--ref <ref>', 'the only ref (default: refs/heads/main)')
    .option('--environment <name>', 'the only environment')
    .option('--bind <claim=value>', 'a further claim; may be repeated', collect, [])
    .option(
      '--from-github <owner/repo>',
      'look the ids up at GitHub (GITHUB_TOKEN for private ones)',
    )
    .option('--github-api <url>', 'where to look them up (GITHUB_API_URL)')
    .option('--from-token-file <path>', "bind what a job's token says; - is stdin")
    .option('--pair', 'make a one-time code for a job, wait until it was used, and learn from it')
    .option('--file <path>', 'with --pair: write the policy file there')
    .option('--code-file <path>', 'with --pair: write the code there, for you alone')
  withSettings(command, 'url', 'namespace').action((file: string | undefined, options: Options) =>
    options.pair === true
      ? learnFromJob(cli, { ...options, ...(file !== undefined && { file }) })
      : init(cli, file, options),
  )
}
