import type { Command } from 'commander'
import type { Trace } from '../../core/trace.ts'
import { refText, toRef } from '../../policy-file/format.ts'
import { decodeToken, judgeOffline } from '../../policy-file/judge.ts'
import { toEntry } from '../../policy-file/policy.ts'
import type { FileAccount } from '../../policy-file/read.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { type Connection, connect } from '../session/connect.ts'
import { type Explained, explainedInWords } from './explain-words.ts'
import { readInput, readPolicyFiles } from './files.ts'
import { conclude, faultsOf, showFindings } from './report.ts'

interface Options {
  readonly tokenFile: string
  readonly policy?: string
  readonly serviceAccount?: string
  readonly url?: string
}

const readAccounts = async (cli: Cli, path: string): Promise<readonly FileAccount[]> => {
  const files = await readPolicyFiles(cli, [path])
  const faults = files.flatMap(faultsOf)
  if (faults.length === 0) return files.flatMap(({ accounts }) => accounts)
  throw new CliFailure('findings', {
    code: 'findings',
    message: `the file cannot be read:\n${showFindings(faults, 'text')}`,
    next: 'mend it and ask again',
    details: { findings: faults },
  })
}

const unreadable = (fault: string): CliFailure =>
  new CliFailure('usage', {
    code: 'not_a_token',
    message: `this is not a token that can be read (${fault}); expected a JWT of three parts`,
    next: 'give the identity token of a job: --token-file PATH, or - for stdin',
  })

const offline = async (cli: Cli, token: string, path: string): Promise<Explained> => {
  const decoded = decodeToken(token)
  if (typeof decoded === 'string') throw unreadable(decoded)
  const now = Math.floor(cli.now() / 1000)
  const verdicts = (await readAccounts(cli, path)).map((account) => ({
    account,
    ...judgeOffline(account, decoded.claims, now),
  }))
  const many = verdicts.length > 1
  const policies = verdicts.flatMap((verdict) =>
    verdict.policies.map((trace) => ({
      ...trace,
      name: many ? `${trace.name} of ${refText(verdict.account.account)}` : trace.name,
    })),
  )
  const accepted = verdicts.some(({ reason }) => reason === null)
  // One that was judged says more than one that never saw the token.
  const judged = verdicts.find((verdict) => verdict.policies.length > 0) ?? verdicts[0]
  const reason = accepted ? null : (judged?.reason ?? 'no_policy')
  return { judged_by: 'file', reason, policies }
}

/** The id of an account that was named by its path, or by its id. */
export const accountIdOf = async ({ api }: Connection, text: string): Promise<string> => {
  if (/^sa_[0-9a-z]+$/.test(text)) return text
  const ref = toRef(text)
  const query = { namespace: ref?.namespace ?? '', name: ref?.name ?? '' }
  const { data } =
    ref === undefined
      ? { data: undefined }
      : await api.GET('/admin/v1/service-accounts', { params: { query } })
  const found = data?.data.find((each) => each.namespace === ref?.namespace)
  if (found !== undefined) return found.id
  throw new CliFailure('notFound', {
    code: 'account_not_found',
    message: `there is no service account ${text}, expected a path like /acme/payments/deploy-bot`,
    next: 'gatehouse accounts list',
  })
}

const draftOf = async (cli: Cli, path: string | undefined) => {
  if (path === undefined) return {}
  const policies = (await readAccounts(cli, path)).flatMap((account) => account.policies)
  const [policy, ...more] = policies
  if (policy !== undefined && more.length === 0) return { policy: toEntry(policy) }
  throw new CliFailure('usage', {
    code: 'one_policy',
    message: `${path} has ${policies.length} policies, expected one: the gateway tries one draft at a time`,
    next: 'leave --service-account out to judge them all offline',
  })
}

const online = async (cli: Cli, token: string, options: Options): Promise<Explained> => {
  const connection = await connect(cli, flagsOf({ url: options.url }))
  const draft = await draftOf(cli, options.policy)
  const service_account_id = await accountIdOf(connection, options.serviceAccount ?? '')
  const body = { service_account_id, token, ...draft }
  const { data } = await connection.api.POST('/admin/v1/policy-evaluations', {
    body: body as never,
  })
  const policies = (data?.policies ?? []) as unknown as readonly Trace[]
  return { judged_by: 'gateway', reason: data?.reason ?? null, policies }
}

const nothingToJudgeBy = (): CliFailure =>
  new CliFailure('usage', {
    code: 'usage',
    message: 'nothing to judge by, expected --policy FILE or --service-account PATH',
    next: 'gatehouse policy explain --token-file token.jwt --policy deploy.trust.yaml',
  })

/** `gatehouse policy explain`: what each clause makes of a token. The token is never printed or kept. */
export const registerExplain = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('explain')
    .description('say what each clause of each policy makes of a token')
    .requiredOption('--token-file <path>', 'the identity token of a job; - is stdin')
    .option('--policy <file>', 'judge by this file, offline')
    .option('--service-account <path>', 'ask the gateway, by the policies of this account')
  withSettings(command, 'url').action(async (options: Options) => {
    const { policy: file, serviceAccount } = options
    if (file === undefined && serviceAccount === undefined) throw nothingToJudgeBy()
    const token = (await readInput(cli, options.tokenFile)).trim()
    const explained =
      serviceAccount === undefined && file !== undefined
        ? await offline(cli, token, file)
        : await online(cli, token, options)
    conclude(cli, {
      exit: explained.reason === null ? null : 'denied',
      value: { ...explained },
      inWords: () => explainedInWords(explained),
      message: `the token would be refused: ${explained.reason}`,
      next: 'correct the policy or the job by the clauses that fail, and ask again',
    })
  })
}
