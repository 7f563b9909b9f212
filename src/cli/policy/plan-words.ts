import { inOneLine } from '../../core/one-line.ts'
import { refText } from '../../policy-file/format.ts'
import type { Cli } from '../cli.ts'
import type { Plan, Planned } from './gateway.ts'

type Step = Plan['steps'][number]

const colors = { green: 32, red: 31, yellow: 33 } as const

/** Paints where somebody looks on, unless they asked for none. */
export const painter =
  ({ env, interactive, json }: Pick<Cli, 'env' | 'interactive' | 'json'>) =>
  (color: keyof typeof colors, text: string): string => {
    const plain = json || !interactive || env.NO_COLOR || env.TERM === 'dumb'
    return plain ? text : `\u001b[${colors[color]}m${text}\u001b[0m`
  }

type Paint = ReturnType<typeof painter>

interface Key {
  readonly namespace?: string
  readonly name?: string
  readonly service_account?: { readonly namespace: string; readonly name: string }
}

const nameOf = (key: Key): string => {
  const { service_account: account, namespace = '', name = '' } = key
  return account === undefined
    ? `service account ${refText({ namespace, name })}`
    : `policy "${name}" of ${refText(account)}`
}

const verbs = { create: 'is new', update: 'changes', delete: 'is deleted' } as const
const signs = { create: '+', update: '~', delete: '-' } as const
const paints = { create: 'green', update: 'yellow', delete: 'red' } as const

// What widens is said by `accepts_now`; the rest is told by the members that change.
const membersOf = ({ changes }: Step): string => Object.keys(changes).join(', ')

/** What a policy of the document binds: the gateway's own words are cut where they get long. */
const boundBy = (step: Step, { document }: Planned): readonly (readonly [string, unknown])[] => {
  const { service_account: account, name } = step.key as Key
  if (account === undefined || step.action === 'delete') return []
  const owner = document.service_accounts?.find((each) => refText(each) === refText(account))
  const policy = owner?.trust_policies?.find((each) => each.name === name)
  return Object.entries(policy?.bound_claims ?? {})
}

const stepInWords = (step: Step, planned: Planned, paint: Paint): readonly string[] => {
  const { action, key, accepts_now: gains, accepts_no_longer: losses } = step
  const members = action === 'update' ? ` (${membersOf(step)})` : ''
  const head = `${signs[action]} ${nameOf(key as Key)} ${verbs[action]}${members}`
  return [
    paint(paints[action], head),
    ...boundBy(step, planned).map(
      ([claim, matcher]) => `    binds ${inOneLine(claim)}: ${inOneLine(JSON.stringify(matcher))}`,
    ),
    ...gains.map((words) => paint('green', `    gains access: ${words}`)),
    ...losses.map((words) => paint('red', `    loses access: ${words}`)),
    ...(step.kind === 'trust_policy' && gains.length + losses.length === 0
      ? ['    nobody gains or loses access']
      : []),
    ...step.warnings.map((warning) => `    warning: ${warning}`),
    ...(step.needs_approval ? [paint('yellow', '    waits for another owner')] : []),
  ]
}

/** What files say of the policies that they lack. */
export const keptOf = ({ plan, document, prune }: Planned): readonly string[] => {
  const named = new Set(
    (document.service_accounts ?? [])
      .filter(({ trust_policies: own }) => own !== undefined)
      .map(refText),
  )
  const kept = plan.unmanaged
    .map(({ key }) => key as Key)
    .filter(({ service_account: account }) => account !== undefined && named.has(refText(account)))
  return prune ? [] : kept.map(nameOf)
}

/** Tells a plan: who gains, who loses, and what is left alone. */
export const planInWords = (planned: readonly Planned[], paint: Paint): string => {
  const steps = planned.flatMap((each) =>
    each.plan.steps.flatMap((step) => stepInWords(step, each, paint)),
  )
  const kept = planned.flatMap(keptOf)
  return [
    ...(steps.length === 0 ? ['nothing to change: the gateway has what the files say'] : steps),
    ...kept.map((name) => `  ${name} is in no file and stays; --prune would delete it`),
  ].join('\n')
}

/** The same for programs. */
export const planForPrograms = (planned: readonly Planned[]) => ({
  steps: planned.flatMap((each) =>
    each.plan.steps.map((step) => ({
      ...step,
      bound_claims: Object.fromEntries(boundBy(step, each)),
    })),
  ),
  kept: planned.flatMap(keptOf),
})
