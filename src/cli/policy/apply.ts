import type { Command } from 'commander'
import { type Cli, CliFailure } from '../cli.ts'
import { confirm } from '../frame/confirm.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { type Connection, connect } from '../session/connect.ts'
import { readPolicyFiles } from './files.ts'
import { applyPlan, type Planned, planPlace } from './gateway.ts'
import { painter, planForPrograms, planInWords } from './plan-words.ts'
import { refuseOtherPresets } from './registered-presets.ts'
import { conclude, count } from './report.ts'
import { refuseFaulty, wantedOf } from './wanted.ts'

interface Options {
  readonly prune?: true
  readonly createAccounts?: true
  readonly url?: string
}

const planAll = async (
  cli: Cli,
  named: readonly string[],
  options: Options,
): Promise<{ readonly connection: Connection; readonly planned: readonly Planned[] }> => {
  const files = await readPolicyFiles(cli, named)
  const connection = await connect(cli, flagsOf({ url: options.url }))
  refuseFaulty(files, connection.url)
  await refuseOtherPresets(connection, files)
  const manner = { prune: options.prune === true, createAccounts: options.createAccounts === true }
  const planned: Planned[] = []
  for (const place of wantedOf(files)) planned.push(await planPlace(connection, place, manner))
  return { connection, planned }
}

const stepsOf = (planned: readonly Planned[]) => planned.flatMap(({ plan }) => plan.steps)

const refuseWaiting = (planned: readonly Planned[]): void => {
  const waiting = stepsOf(planned).filter((step) => step.needs_approval)
  if (waiting.length === 0) return
  const names = waiting.map(({ key }) => `"${String(key.name)}"`).join(', ')
  throw new CliFailure('conflict', {
    code: 'approval_required',
    message: `another owner has to agree to ${names}, because more is accepted than before; nothing was applied`,
    next: 'ask by its own call: gatehouse policies create|update …, which answers with a pending change; another owner then runs gatehouse pending approve pc_…; apply again after that',
    details: planForPrograms(planned),
  })
}

const withManner = (command: Command): Command =>
  withSettings(command, 'url')
    .option('--prune', 'delete policies of the named accounts that the files lack')
    .option('--create-accounts', 'make accounts that do not exist yet')

/** `gatehouse policy diff`: who would gain and who would lose access. */
export const registerDiff = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('diff')
    .description('say who would gain and who would lose access')
    .argument('[files...]', 'files or folders')
  withManner(command).action(async (named: string[], options: Options) => {
    const { planned } = await planAll(cli, named, options)
    const steps = stepsOf(planned)
    conclude(cli, {
      exit: steps.length > 0 ? 'findings' : null,
      value: planForPrograms(planned),
      inWords: () => planInWords(planned, painter(cli)),
      message: count(steps.length, 'difference'),
      next: 'gatehouse policy apply makes the gateway what the files say',
    })
  })
}

const describeDone = (done: readonly Planned[]): string =>
  done.length === 0 ? '' : `; applied already: ${done.map(({ namespace }) => namespace).join(', ')}`

const applyAll = async (connection: Connection, changing: readonly Planned[]): Promise<void> => {
  const done: Planned[] = []
  for (const each of changing) {
    try {
      await applyPlan(connection, each)
    } catch (thrown) {
      if (!(thrown instanceof Error) || done.length === 0) throw thrown
      // Each namespace is one transaction; who reads this has to know how far it went.
      thrown.message += describeDone(done)
      throw thrown
    }
    done.push(each)
  }
}

/** `gatehouse policy apply`: makes the policies of the named accounts what the files say. */
export const registerApply = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('apply')
    .description('make the gateway what the files say; nothing is deleted without --prune')
    .argument('[files...]', 'files or folders')
  withManner(command).action(async (named: string[], options: Options) => {
    const { connection, planned } = await planAll(cli, named, options)
    const changing = planned.filter(({ plan }) => plan.steps.length > 0)
    const words = () => planInWords(planned, painter(cli))
    if (changing.length > 0) {
      cli.say(words())
      refuseWaiting(planned)
      await confirm(cli, `Apply ${count(stepsOf(planned).length, 'change')} at ${connection.url}?`)
      await applyAll(connection, changing)
    }
    const value = { applied: changing.length > 0, ...planForPrograms(planned) }
    cli.print(value, () =>
      changing.length > 0 ? `applied ${count(stepsOf(planned).length, 'change')}` : words(),
    )
  })
}
