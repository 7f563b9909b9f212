import { parentPath } from '../../core/namespace.ts'
import type { AdminPermission } from '../../core/permission.ts'
import { type Problem, problem } from '../../core/problem.ts'
import type { Step } from '../../core/state/diff.ts'
import type { Kind } from '../../core/state/entry.ts'
import { inWords, listPointer } from '../../core/state/in-words.ts'
import { refuseUnless } from '../actor.ts'
import { isManager } from '../roles/role-binding-draft.ts'
import { refusePowers } from '../roles/role-powers.ts'
import { refuseAbove } from '../tree/namespace-changes.ts'
import { refuseUnlessOwner } from '../visible.ts'
import { refuseActing, refuseBound, refuseMembers } from './handing-out.ts'
import type { Judging } from './judging.ts'

type Judge<K extends Kind> = (judging: Judging, step: Step<K>) => Problem | null

const ownRole = problem('self-modification', 'an account cannot change a role that it has itself')

// What is decided above a namespace cannot be undone from within it.
const decidedAbove = ['enabled', 'named_tokens_max_days']

const judgeNamespace: Judge<'namespace'> = ({ actor }, step) => {
  const { path, widening_needs_approval: demands } = (step.after ?? step.before).entry
  const members = Object.keys(step.changes)
  const above = step.action === 'delete' || members.some((name) => decidedAbove.includes(name))
  const within = members.some((name) => !decidedAbove.includes(name))
  const isDemand = step.action === 'create' ? demands : members.includes('widening_needs_approval')
  return (
    (step.action === 'create' ? refuseUnless(actor, 'namespaces:write', parentPath(path)) : null) ??
    (above ? refuseAbove(actor, { path }) : null) ??
    (within ? refuseUnless(actor, 'namespaces:write', path) : null) ??
    (isDemand ? refuseUnlessOwner(actor, path) : null)
  )
}

// An owner's business: whose tokens are trusted, and what tokens are issued for.
const judgeOwned =
  <K extends 'resource_server' | 'issuer'>(write: AdminPermission): Judge<K> =>
  ({ actor }, step) => {
    const { namespace } = (step.after ?? step.before).entry
    return refuseUnless(actor, write, namespace) ?? refuseUnlessOwner(actor, namespace)
  }

const judgeRole: Judge<'role'> = ({ actor, before, after }, step) => {
  const { id, entry } = step.after ?? step.before
  const paths = [
    entry.namespace,
    ...(step.before === null ? [] : before.pathsOf(step.before)),
    ...(step.after === null ? [] : after.pathsOf(step.after)),
  ]
  return (
    refuseUnless(actor, 'roles:write', entry.namespace) ??
    (actor.roles.some(({ roleId }) => roleId === id) ? ownRole : null) ??
    (step.before && refusePowers(actor, before.powersOf(step.before), paths)) ??
    (step.after && refusePowers(actor, after.existingPowersOf(step.after), paths))
  )
}

const judgeGroup: Judge<'group'> = (judging, step) => {
  const { namespace } = (step.after ?? step.before).entry
  const refused = refuseUnless(judging.actor, 'groups:write', namespace)
  if (refused && !isManager(judging.actor, refused, namespace)) return refused
  return refuseMembers(judging, step) ?? refused
}

// These decide what an account can do, so changing them hands out all that it holds.
const acting = [
  'enabled',
  'grant_types',
  'resource_servers',
  'max_token_ttl_seconds',
  'token_endpoint_auth_method',
  'client_credentials',
]

const judgeAccount: Judge<'service_account'> = (judging, step) => {
  const { id, entry } = step.after ?? step.before
  const refused = refuseUnless(judging.actor, 'service-accounts:write', entry.namespace)
  if (refused || step.action === 'create') return refused
  const opens =
    step.action === 'delete' || Object.keys(step.changes).some((name) => acting.includes(name))
  return opens || id === judging.actor.account.id ? refuseActing(judging, entry) : null
}

const judgePolicy: Judge<'trust_policy'> = (judging, step) => {
  const { service_account: account } = (step.after ?? step.before).entry
  return (
    refuseUnless(judging.actor, 'trust-policies:write', account.namespace) ??
    refuseActing(judging, account)
  )
}

const judges: { readonly [K in Kind]: Judge<K> } = {
  namespace: judgeNamespace,
  resource_server: judgeOwned('resource-servers:write'),
  role: judgeRole,
  group: judgeGroup,
  issuer: judgeOwned('issuers:write'),
  service_account: judgeAccount,
  trust_policy: judgePolicy,
  role_binding: refuseBound,
}

/**
 * A problem of a step, its pointers from the document's root; of what is not in it, by its name and
 * the list that leaves it out.
 */
export const located = (step: Step, { errors, ...rest }: Problem): Problem => {
  const { kind, pointer } = step
  if (pointer === null) {
    const detail = `${inWords(kind, (step.after ?? step.before).entry)}: ${rest.detail}`
    return { ...rest, detail, errors: [{ pointer: listPointer(kind), detail }] }
  }
  return {
    ...rest,
    errors: (errors ?? [{ pointer: '', detail: rest.detail }]).map((error) => ({
      ...error,
      pointer: `${pointer}${error.pointer}`,
    })),
  }
}

/**
 * Judges every step as its own call would be, by what everybody has before the document and after
 * it: nothing is handed out by being made, bound and used in one document that its author does not
 * hold (R28).
 */
export const refuseSteps = (judging: Judging, steps: readonly Step[]): Problem | null => {
  for (const step of steps) {
    const judge = judges[step.kind] as (judging: Judging, step: Step) => Problem | null
    const refused = judge(judging, step)
    if (refused !== null) return located(step, refused)
  }
  return null
}
