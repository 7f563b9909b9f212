import { oneLine } from '../../core/one-line.ts'
import { say } from '../resources/words.ts'
import { type Clause, type Decision, missed, type Tried } from './decision.ts'

const has = ({ verdict, actual }: Clause): string =>
  verdict === 'missing' ? 'the token has no such claim' : `the token has ${oneLine(actual ?? null)}`

const clauseLines = (clause: Clause): readonly string[] => {
  const { claim, expected, verdict, hint } = clause
  const name = oneLine(claim).slice(1, -1)
  if (verdict === 'match') return [`  holds   ${name}: ${oneLine(expected)}`]
  const line = `  MISSED  ${name}: expected ${oneLine(expected)}, ${has(clause)} (${verdict})`
  return hint === undefined ? [line] : [line, `          hint: ${say(hint)}`]
}

const policyLines = (tried: Tried): readonly string[] => {
  const { id, version, name, satisfied, clauses } = tried
  const count = missed(tried).length
  const outcome = satisfied ? 'all clauses hold' : `${count} of ${clauses.length} clauses missed`
  return ['', `policy ${oneLine(name)} (${id}, version ${version}): ${outcome}`].concat(
    clauses.flatMap(clauseLines),
  )
}

const closest = ({ policies }: Decision): Tried | undefined =>
  policies
    .filter(({ satisfied }) => !satisfied)
    .toSorted((one, other) => missed(one).length - missed(other).length)[0]

const ofTime = new Set(['exp', 'nbf', 'iat'])

const afterMismatch = (decision: Decision): string => {
  const policy = closest(decision)
  const account = decision.service_account_id ?? 'the account'
  if (policy === undefined)
    return `${account} has no policy: gatehouse policies create --account ${account}`
  const claims = missed(policy).map(({ claim }) => claim)
  if (claims.every((claim) => ofTime.has(claim))) {
    return 'the policy fits, and the token came too late or too early: ask for a new one right before the exchange'
  }
  if (claims.length === 1 && claims[0] === 'aud') {
    return 'the policy fits but for the audience: let the job ask for a token for the audience that it expects'
  }
  return `closest is ${policy.id}, which missed ${claims.map(say).join(', ')}: correct the job, or the policy (gatehouse policies get ${policy.id} --account ${account})`
}

const afterwards: Readonly<Record<string, (decision: Decision) => string>> = {
  no_policy_matched: afterMismatch,
  reused: () => 'this identity token was spent: ask for a new one for each exchange',
  assertion_reused: () =>
    'this assertion was used: sign a new one, with a jti of its own, each time',
  invalid_target: ({ service_account_id: account }) =>
    `it holds no role for that API, or several and named none: gatehouse accounts effective-access ${account}`,
  invalid_scope: ({ service_account_id: account }) =>
    `it asked for more than it holds, or than the policy lets through: gatehouse accounts effective-access ${account}`,
  unauthorized_client: ({ service_account_id: account }) =>
    `the account may not use this grant: gatehouse accounts get ${account} says which (grant_types)`,
  unavailable: () => 'a dependency was out of reach, and the token is not spent: try again',
  assertion_audience: () =>
    'sign the assertion for the issuer URL of this gateway, and for nothing else',
}

const nextOf = (decision: Decision): string => {
  const { outcome, reason, token_jti: jti, namespace } = decision
  if (outcome === 'issued') {
    return jti === null || namespace === null
      ? 'nothing'
      : `nothing; if it was not meant: gatehouse revocations create --namespace ${namespace} --by token --value ${jti}`
  }
  const known = afterwards[reason ?? '']
  return known === undefined
    ? `look up the reason ${say(reason)} in docs/operations.md`
    : known(decision)
}

const member = (name: string, value: unknown): readonly string[] => {
  const isNone =
    value === null || value === undefined || (Array.isArray(value) && value.length === 0)
  return isNone ? [] : [`  ${name.padEnd(9)} ${say(value)}`]
}

/** Tells a decision: what came of it, each policy that was tried with each clause, what to do. */
export const story = (decision: Decision): string => {
  const { id, at, outcome, reason, grant_type: grant, policies, omitted_before: omitted } = decision
  const head = `${id ?? 'dry run'} at ${at}: ${outcome}${reason === null ? '' : `, ${say(reason)}`}`
  const tried = policies.length === 0 ? ['', 'no policy was tried'] : policies.flatMap(policyLines)
  return [
    head,
    ...member('account', decision.service_account_id),
    ...member('namespace', decision.namespace),
    ...member('by', grant.split(':').at(-1)),
    ...member('issuer', decision.issuer),
    ...member('subject', decision.subject),
    ...member('for', decision.audience),
    ...member('scope', decision.scope),
    ...member('expires', decision.token_expires_at),
    ...(omitted > 0 ? [`  ${omitted} refusal(s) before it were only counted`] : []),
    ...tried,
    '',
    `next: ${nextOf(decision)}`,
  ].join('\n')
}

/** Tells a decision in one line. */
export const oneLineStory = (decision: Decision): string => {
  const { at, outcome, reason, id, service_account_id: account, subject, policies } = decision
  const policy = outcome === 'refused' ? closest(decision) : undefined
  const claims = policy === undefined ? [] : missed(policy).map(({ claim }) => claim)
  return [
    at,
    outcome.padEnd(7),
    say(account),
    reason === null ? say(decision.policy?.id) : say(reason),
    ...(policies.length > 0 && claims.length > 0 ? [`missed ${claims.map(say).join(',')}`] : []),
    say(subject),
    say(id),
  ].join('  ')
}
