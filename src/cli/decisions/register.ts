import type { Register } from '../cli.ts'
import { withSettings } from '../frame/options.ts'
import { connectApi } from '../resources/api.ts'
import { verbsOf } from '../resources/collection.ts'
import { collectionOf } from '../resources/collections.ts'
import { queryFlags } from '../resources/flags.ts'
import { addFlags } from '../resources/invocation.ts'
import { groupOf } from '../resources/register.ts'
import type { Decision } from './decision.ts'
import { story } from './story.ts'
import { tail } from './tail.ts'

/** `gatehouse decisions tail` and `show`: what was refused, and why, for people. */
export const registerDecisions: Register = (program, cli) => {
  const collection = collectionOf('decision_id')
  const group = groupOf(program, collection.command)
  const verbs = new Map(verbsOf(collection).map((verb) => [verb.name, verb]))
  const [get, list] = [verbs.get('get'), verbs.get('list')]
  if (get === undefined || list === undefined) throw new TypeError('decisions cannot be read')
  const show = group
    .command('show <decision>')
    .description('Tell a decision: each policy that was tried, each clause, what to do next')
  withSettings(show, 'url').action(async (id: string, { url }: { readonly url?: string }) => {
    const api = await connectApi(cli, url)
    const { body } = await api.call(get.operation, { path: { decision_id: id } })
    cli.print(body, () => story(body as Decision))
  })
  const follow = group
    .command('tail')
    .description('Print decisions as they are made, until Ctrl-C')
    .option('--denied', 'refusals only')
    .option('--once', 'print those that there are, and end')
  withSettings(follow, 'url')
  addFlags(follow, queryFlags(list.operation))
  follow.action((options: Readonly<Record<string, unknown>>) =>
    tail({ cli, collection, verb: list, words: [], options }),
  )
}
