import type { TrustPolicy } from '../../../admin/policies/trust-policies.ts'
import type { Rewrite } from '../../../admin/policies/trust-policy-changes.ts'
import { type Problem, problem } from '../../../core/problem.ts'
import { err, ok } from '../../../core/result.ts'
import { readAs } from '../shape.ts'
import { PolicyReplacement, policyToWire, toDraft } from './policy-body.ts'

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
