import { assertionClaims, signAssertion, withAssertion } from './assertion.ts'
import { DOORS } from './baseline.ts'
import { basic, type Clients } from './clients.ts'
import { expectC401, expectRefused } from './expect.ts'
import type { Fixture } from './fixture.ts'
import { exchangeForm } from './named-tokens.ts'
import type { Tenant } from './tenant.ts'

/** Somebody at a gateway, and the account that they are. */
export interface Visit {
  readonly gateway: Pick<Clients, 'token'>
  readonly BT: Fixture['BT']
  readonly tenant: Tenant
}

/** A way in, and how it says no. */
export interface WayIn {
  readonly name: string
  enter(visit: Visit): Promise<Response>
  refused(response: Response): Promise<unknown>
}

const login = (
  { gateway }: Visit,
  members: Record<string, string>,
  authorization?: string,
): Promise<Response> =>
  gateway.token(
    { grant_type: 'client_credentials', ...members },
    authorization === undefined ? {} : { headers: { authorization } },
  )

/** Every way to a token that there is. */
export const WAYS_IN: readonly WayIn[] = [
  ...DOORS.map((door) => ({
    name: door.name,
    enter: ({ gateway, BT, tenant }: Visit) =>
      gateway.token({ ...door.form(BT()), client_id: tenant.account.client_id }),
    refused: (response: Response) => expectRefused(response, door),
  })),
  {
    name: 'a secret by Basic',
    enter: (visit) => {
      const { client_id, client_secret } = visit.tenant.account
      return login(visit, {}, basic(client_id, client_secret))
    },
    refused: expectC401,
  },
  {
    name: 'a secret in the body',
    enter: (visit) => {
      const { client_id, client_secret } = visit.tenant.account
      return login(visit, { client_id, client_secret })
    },
    refused: expectC401,
  },
  {
    name: 'a key',
    enter: (visit) => {
      const { account, key } = visit.tenant
      return login(visit, withAssertion(signAssertion(assertionClaims(account.client_id), key)))
    },
    refused: expectC401,
  },
  {
    name: "the platform's token as client assertion",
    enter: (visit) => {
      const { client_id } = visit.tenant.account
      return login(visit, { client_id, ...withAssertion(visit.BT()) })
    },
    refused: expectC401,
  },
  {
    name: 'a named token',
    enter: ({ gateway, tenant }) =>
      gateway.token(exchangeForm(tenant.account.client_id, tenant.token.token)),
    refused: (response) => expectRefused(response, DOORS[0]),
  },
]
