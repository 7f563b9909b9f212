import { afterAll, afterEach, beforeAll } from 'vitest'
import { DOORS, githubClaims, policyP0 } from './baseline.ts'
import { expectIssued, expectRefused } from './expect.ts'
import { type Account, API_1, createFixture, type Fixture, type FixtureOptions } from './fixture.ts'
import { type GatewayOptions, startGateway } from './gateway.ts'
import type { Claims, Issuer } from './issuer.ts'
import type { Jwk, TestKey } from './keys.ts'

export interface House extends Fixture {
  /** Expects the token to be refused at both doors, like every other. */
  refused(token: string, account?: Account): Promise<void>
  /** Expects the token to be good at both doors. */
  accepted(token: string, account?: Account): Promise<void>
  /** Registers one more issuer, with an account that trusts it by P0. */
  special(name: string, options: SpecialOptions): Promise<Special>
}

export interface SpecialOptions {
  /** The key that signs its good tokens; the first one published. */
  readonly key: TestKey
  /** What it publishes beside that key. */
  readonly others?: readonly (Jwk | null)[]
  readonly algorithms?: readonly string[]
  readonly maxTokenAgeSeconds?: number
}

export interface Special {
  readonly issuer: Issuer
  readonly account: Account
  /** BT from this issuer. */
  mint(overrides?: Claims, header?: Claims, key?: TestKey): string
}

/**
 * Gives a file of attack cases its gateway and fixture. After every case the baseline request must
 * still be served: no attack may poison or crash the gateway.
 */
export function useHouse(options: GatewayOptions & FixtureOptions = {}): () => House {
  let house: House | undefined
  beforeAll(async () => {
    house = addDoors(await createFixture(await startGateway(options), options))
  })
  afterEach(async () => {
    if (house === undefined) return
    await expectIssued(await house.gateway.token(house.BR()))
  })
  afterAll(() => house?.gateway.close())
  return () => {
    if (house === undefined) throw new Error('the gateway runs only while tests do')
    return house
  }
}

function addDoors(fixture: Fixture): House {
  const { gateway, deployer } = fixture
  const form = (account: Account) => ({ client_id: account.client_id, resource: API_1 })
  return {
    ...fixture,
    refused: async (token, account = deployer) => {
      for (const door of DOORS) {
        const response = await gateway.token({ ...door.form(token), ...form(account) })
        await expectRefused(response, door)
      }
    },
    accepted: async (token, account = deployer) => {
      for (const door of DOORS) {
        await expectIssued(await gateway.token({ ...door.form(token), ...form(account) }))
      }
    },
    special: (name, options) => makeSpecial(fixture, name, options),
  }
}

async function makeSpecial(
  fixture: Fixture,
  name: string,
  { key, others = [], algorithms, maxTokenAgeSeconds }: SpecialOptions,
): Promise<Special> {
  const issuer = await fixture.gateway.issuers.add(`https://${name}.test`, { key })
  issuer.keys = [key.jwk, ...others]
  await fixture.register(issuer, {
    ...(algorithms === undefined ? {} : { algorithms }),
    ...(maxTokenAgeSeconds === undefined ? {} : { max_token_age_seconds: maxTokenAgeSeconds }),
  })
  const account = await fixture.account(name, { policies: [policyP0(issuer.url)] })
  return {
    issuer,
    account,
    mint: (overrides, header, by) => issuer.mint(githubClaims(issuer.url, overrides), header, by),
  }
}
