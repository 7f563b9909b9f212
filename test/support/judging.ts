import { expect } from 'vitest'
import type { House } from './attack.ts'
import { DOORS, type Door, policyP0 } from './baseline.ts'
import { expectError } from './expect.ts'
import { type Account, API_1 } from './fixture.ts'
import type { Claims } from './issuer.ts'

/** What a caller that has shown whose token it holds is told beside the refusal. */
export interface Told {
  readonly reason: string
  readonly failed_claims?: readonly { readonly claim: string; readonly actual: unknown }[]
}

export interface Expectations {
  /** Changes of BT with which it is accepted. */
  readonly accepts: readonly Claims[]
  /** Changes of BT with which it is refused like a stranger's. */
  readonly refuses: readonly Claims[]
}

export interface Judging {
  /** Makes an account whose only policy is P0 with other bound claims. */
  trusting(bound_claims: Claims, overrides?: Claims): Promise<Account>
  /** Makes an account with these policies, each P0 with changes. */
  trustingAny(policies: readonly Claims[]): Promise<Account>
  /** Presents changed BTs, at both doors, to an account with these bound claims alone. */
  judges(bound_claims: Claims, expectations: Expectations): Promise<void>
  /** Expects the refusal at both doors to say this much and no more; answers the decision ids. */
  told(token: string, account: Account, expected: Told): Promise<string[]>
}

let accounts = 0

/** What is told when these claims of a token failed, with these values of its own. */
export function mismatch(failed: Claims): Told {
  const failed_claims = Object.entries(failed).map(([claim, actual]) => ({ claim, actual }))
  return { reason: 'policy_mismatch', failed_claims }
}

/** Makes accounts with policies of their own and presents tokens to them. */
export function judging(house: () => House): Judging {
  const trustingAny: Judging['trustingAny'] = (policies) => {
    const { account, gateway } = house()
    accounts += 1
    const url = gateway.issuers.a.url
    return account(`trusting-${accounts}`, {
      policies: policies.map((overrides) => policyP0(url, overrides)),
    })
  }
  const trusting: Judging['trusting'] = (bound_claims, overrides) =>
    trustingAny([{ bound_claims, ...overrides }])
  return {
    trusting,
    trustingAny,
    judges: async (bound_claims, { accepts, refuses }) => {
      const { BT, accepted, refused } = house()
      const account = await trusting(bound_claims)
      for (const claims of accepts) await accepted(BT(claims), account)
      for (const claims of refuses) await refused(BT(claims), account)
    },
    told: async (token, account, expected) => {
      const ids: string[] = []
      for (const door of DOORS) {
        const form = { ...door.form(token), client_id: account.client_id, resource: API_1 }
        ids.push(await expectTold(await house().gateway.token(form), door, expected))
      }
      return ids
    },
  }
}

/** Expects a refusal with exactly this detail, and answers its decision id. */
export async function expectTold(response: Response, door: Door, told: Told): Promise<string> {
  const answer = (await response.clone().json()) as Record<string, unknown>
  const { reason, failed_claims, ...rest } = answer
  expect({ reason, failed_claims: sorted(failed_claims) }).toEqual({
    reason: told.reason,
    failed_claims: sorted(told.failed_claims),
  })
  // What is left is the refusal that everybody gets.
  const plain = new Response(JSON.stringify(rest), response)
  return (await expectError(plain, 400, door.refusedAs)).decision_id
}

// Nothing is promised about their order.
function sorted(failed: unknown): unknown {
  if (!Array.isArray(failed)) return failed
  return failed.map((each) => JSON.stringify(each)).sort()
}
