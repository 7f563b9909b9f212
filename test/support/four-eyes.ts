import { expect } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { policyP0 } from './baseline.ts'
import type { Fixture } from './fixture.ts'
import type { Claims } from './issuer.ts'
import type { Made } from './maker.ts'

/** A namespace that demands a second owner for whatever accepts more. */
export interface Watched {
  readonly path: string
  readonly namespace: Made
  readonly issuer: Made
  readonly otherIssuer: Made
  /** Has the policy P0. */
  readonly robot: Made
  readonly policies: string
  readonly policy: Made
  /** Three owners, none of whom has made another. */
  readonly asker: TestActor
  readonly second: TestActor
  readonly third: TestActor
}

/** Makes such a namespace below the root. */
export async function makeWatched({ gateway, make }: Fixture, path: string): Promise<Watched> {
  const namespace = await make.namespace(path)
  const issuer = await make.issuer(gateway.issuers.a.url, path)
  const otherIssuer = await make.issuer(gateway.issuers.b.url, path)
  const robot = await make.create('/service-accounts', { namespace: path, name: 'robot' })
  const policies = `/service-accounts/${robot.id}/trust-policies`
  const policy = await make.create(policies, policyP0(gateway.issuers.a.url))
  const owner = () => makeActor(gateway, path, [builtIn('owner', path)])
  const [asker, second, third] = [await owner(), await owner(), await owner()]
  const demand = { widening_needs_approval: true }
  const switched = await asker.call('PATCH', `/namespaces/${namespace.id}`, demand)
  expect([switched.status, await switched.json()]).toEqual([200, expect.objectContaining(demand)])
  const objects = { namespace, issuer, otherIssuer, robot, policies, policy }
  return { path, ...objects, asker, second, third }
}

/** Expects a change to be left for another owner, and answers it. */
export async function expectLeft(response: Response): Promise<Made> {
  const change = (await response.json()) as Made
  expect([response.status, change]).toEqual([202, expect.objectContaining({ state: 'pending' })])
  expect(response.headers.get('location')).toBe(`/admin/v1/pending-changes/${change.id}`)
  expect(change.accepts_now).not.toEqual([])
  return change
}

/** P0 with another claim, as a body. */
export const wider = (issuer: Made, overrides: Claims = {}) =>
  policyP0(String(issuer.issuer), { name: 'wider', ...overrides })

/** The verb of a decision about a change. */
export const decide = (actor: TestActor, change: Made, verb: 'approve' | 'reject') =>
  actor.call('POST', `/pending-changes/${change.id}:${verb}`)
