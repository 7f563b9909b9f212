import * as z from 'zod'
import type { TrustPolicy } from '../../../admin/policies/trust-policies.ts'
import type { Rewrite } from '../../../admin/policies/trust-policy-changes.ts'
import { type Problem, problem } from '../../../core/problem.ts'
import { err, ok } from '../../../core/result.ts'
import { readAs } from '../shape.ts'
import { PolicyBody, policyToWire, toDraft } from './policy-body.ts'

const { shape } = PolicyBody

const echoed = {
  id: z.string().optional(),
  version: z.number().optional(),
  warnings: z.array(z.string()).optional(),
  created_at: z.string().optional(),
  // What a save answered is no member of the policy: echoed, it says nothing.
  changes: z.unknown().optional(),
}

/** A policy as it is replaced: what the server owns may be echoed, unchanged. */
export const PolicyReplacement = z.strictObject({ ...shape, ...echoed })

const given = <Member extends z.ZodType>(member: z.ZodDefault<Member>) => member.unwrap().optional()

const removable = <Member extends z.ZodType>(member: z.ZodDefault<Member>) =>
  given(member).nullable()

const samples = shape.examples.unwrap().shape

/** What a merge patch of a policy may be; a null removes a member, which then has its default. */
export const PolicyPatch = z.strictObject({
  ...echoed,
  name: shape.name.optional(),
  issuer: removable(shape.issuer),
  audience: removable(shape.audience),
  bound_claims: removable(shape.bound_claims),
  replay: given(shape.replay),
  max_token_ttl_seconds: given(shape.max_token_ttl_seconds),
  scope: given(shape.scope),
  examples: z
    .strictObject({ accept: removable(samples.accept), reject: removable(samples.reject) })
    .nullish(),
  acknowledge: removable(shape.acknowledge),
  enabled: removable(shape.enabled),
  expires_at: given(shape.expires_at),
})

/** Server-owned members may be echoed, but only as they are. */
const refuseForeignEcho = (
  sent: Readonly<Record<string, unknown>>,
  current: TrustPolicy,
): Problem | null => {
  const wire: Readonly<Record<string, unknown>> = policyToWire(current)
  const changed = ['id', 'version', 'warnings', 'created_at'].find(
    (name) => sent[name] !== undefined && JSON.stringify(sent[name]) !== JSON.stringify(wire[name]),
  )
  if (changed === undefined) return null
  return problem('unknown-field', `${changed} is set by the server`, [
    { pointer: `/${changed}`, detail: 'leave it out, or echo it unchanged' },
  ])
}

/** Reads what a policy is to become; its shape is checked against what it is now. */
export const rewriteAs =
  (wantedOf: (current: TrustPolicy) => unknown): Rewrite =>
  (current) => {
    const read = readAs(PolicyReplacement, wantedOf(current))
    if (!read.ok) return read
    const { id: _i, version: _v, warnings: _w, created_at: _c, changes: _s, ...body } = read.value
    const echo = refuseForeignEcho(read.value, current)
    return echo ? err(echo) : ok(toDraft(body))
  }
