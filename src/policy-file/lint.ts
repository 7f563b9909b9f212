import { runExamples } from '../core/examples.ts'
import { isJsonObject } from '../core/json.ts'
import { lintPolicy } from '../core/lint/policy.ts'
import { lineOf } from '../core/namespace.ts'
import type { Preset } from '../core/preset.ts'
import { type Finding, type Found, located } from './finding.ts'
import type { FilePolicy } from './format.ts'
import { byPlace } from './place.ts'
import { presetOf, toDraft } from './policy.ts'
import type { FileAccount } from './read.ts'

/** What a file is judged by beside itself. */
export interface LintRules {
  /** The gateway's own URL, where it is known: audiences are then held to it. */
  readonly gateway?: string
}

const presetRequired = ({ issuer, preset }: FilePolicy): Found => ({
  severity: 'error',
  code: 'preset_required',
  pointer: preset === undefined ? '/issuer' : '/preset',
  message: `${issuer} is on a vendor's host, so that vendor's preset judges its tokens; name it with \`preset\``,
})

const presetUnsaid = ({ issuer }: FilePolicy): Found => ({
  severity: 'warning',
  code: 'preset_unsaid',
  pointer: '/issuer',
  message: `${issuer} says no preset; add the \`preset\` that it is registered with (null: none), or the gateway may judge otherwise`,
})

const pointerIn = (claims: FilePolicy['bound_claims'], sentence: string): string | undefined => {
  const named = Object.keys(claims)
    .filter((claim) => sentence.startsWith(`${claim} `) || sentence.startsWith(`${claim}:`))
    .sort((one, other) => other.length - one.length)[0]
  if (named === undefined) return undefined
  return `/bound_claims/${named.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

const places: Readonly<Record<string, string>> = {
  mutable_identity: '/acknowledge',
  any_context: '/acknowledge',
  reusable_token: '/replay',
  fixed_audience: '/audience',
}

const numbersIn = (value: unknown, pointer: string): readonly [string, number][] => {
  if (typeof value === 'number') return [[pointer, value]]
  if (Array.isArray(value)) return value.flatMap((each, i) => numbersIn(each, `${pointer}/${i}`))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, each]) => numbersIn(each, `${pointer}/${name}`))
}

const ofWarning = (warning: string, { bound_claims: claims }: FilePolicy): readonly Found[] => {
  const end = warning.indexOf(': ')
  const code = warning.slice(0, end)
  const message = warning.slice(end + 2)
  const pointer = pointerIn(claims, message) ?? places[code] ?? '/bound_claims'
  const numbers = message.includes('never a number')
    ? numbersIn(claims[pointer.split('/')[2] ?? ''], pointer)
    : []
  if (numbers.length === 0) return [{ severity: 'warning', code, pointer, message }]
  return numbers.map(([at, number]) => ({
    severity: 'error',
    code,
    pointer: at,
    message: `${message}: quote it, "${number}"`,
  }))
}

const audiencesOf = (audience: string, namespace: string, gateway: string | undefined) =>
  gateway === undefined
    ? [audience]
    : lineOf(namespace).map((path) => (path === '/' ? gateway : `${gateway}${path}`))

const lintOne = (
  policy: FilePolicy,
  namespace: string,
  { gateway }: LintRules,
): readonly Found[] => {
  const preset = presetOf(policy)
  if (!preset.ok) return [presetRequired(policy)]
  const draft = toDraft(policy)
  const audiences = audiencesOf(policy.audience, namespace, gateway)
  const { errors, warnings } = lintPolicy(draft, preset.value, { audiences })
  const isUnsaid = preset.value === null && policy.preset === undefined
  return [
    ...errors.map(
      ({ slug, pointer, detail }): Found => ({
        severity: 'error',
        code: slug.replaceAll('-', '_'),
        pointer,
        message: detail,
      }),
    ),
    ...(isUnsaid ? [presetUnsaid(policy)] : []),
    ...warnings.flatMap((warning) => ofWarning(warning, policy)),
    ...(errors.length === 0 ? ofExamples(policy, preset.value) : []),
  ]
}

// As a save does: what the lint refuses is not tried.
const ofExamples = (policy: FilePolicy, preset: Preset | null): readonly Found[] =>
  runExamples(toDraft(policy), preset).map(({ pointer, detail }) => ({
    severity: 'error',
    code: 'example_failed',
    pointer,
    message: detail,
  }))

/** Judges the policies of an account as saving them would, without asking anybody. */
export const lintAccount = (file: FileAccount, rules: LintRules = {}): readonly Finding[] =>
  file.policies
    .flatMap((policy, i) =>
      lintOne(policy, file.account.namespace, rules).map((found) => located(file, i, found)),
    )
    .sort(byPlace)
