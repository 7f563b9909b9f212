import { assertionClaims, signAssertion, withAssertion } from './assertion.ts'
import { DOORS, now } from './baseline.ts'
import { basic, type Clients } from './clients.ts'
import { expectC401, expectRefused } from './expect.ts'
import type { Issuer } from './issuer.ts'
import { exchangeForm } from './named-tokens.ts'
import { mintAt } from './switches.ts'
import type { Tenant } from './tenant.ts'

/** One of the ways to a token, for an account that has them all. */
export interface WayIn {
  readonly name: string
  /** Whether the trust policies judge it. */
  readonly federated: boolean
  /** Tries it at a location whose clock is so many seconds ahead. */
  go(location: Pick<Clients, 'token'>, seconds?: number): Promise<Response>
  /** Expects its refusal, like every other. */
  refused(response: Response): Promise<unknown>
}

const GRANT = { grant_type: 'client_credentials' }

/** Every way in, with tokens of this issuer where it takes one. */
export function waysIn(issuer: Issuer, { account, key, token }: Tenant): readonly WayIn[] {
  const { client_id, client_secret } = account
  const doors = DOORS.map(
    (door): WayIn => ({
      name: door.name,
      federated: true,
      go: (location, seconds = 0) =>
        location.token({ ...door.form(mintAt(issuer, seconds)), client_id }),
      refused: (response) => expectRefused(response, door),
    }),
  )
  return [
    ...doors,
    {
      name: "the platform's token as client assertion",
      federated: true,
      go: (location, seconds = 0) =>
        location.token({ ...GRANT, client_id, ...withAssertion(mintAt(issuer, seconds)) }),
      refused: expectC401,
    },
    {
      name: 'a secret by Basic',
      federated: false,
      go: (location) =>
        location.token(GRANT, { headers: { authorization: basic(client_id, client_secret) } }),
      refused: expectC401,
    },
    {
      name: 'a secret in the body',
      federated: false,
      go: (location) => location.token({ ...GRANT, client_id, client_secret }),
      refused: expectC401,
    },
    {
      name: 'a key',
      federated: false,
      go: (location, seconds = 0) => {
        const claims = assertionClaims(client_id, { exp: now() + seconds + 120 })
        return location.token({ ...GRANT, ...withAssertion(signAssertion(claims, key)) })
      },
      refused: expectC401,
    },
    {
      name: 'a named token',
      federated: false,
      go: (location) => location.token(exchangeForm(client_id, token.token)),
      refused: (response) => expectRefused(response, DOORS[0]),
    },
  ]
}
