import { DOORS, githubClaims, gitlabClaims, policyP0 } from './baseline.ts'
import { expectRefused } from './expect.ts'
import type { Gateway } from './gateway.ts'
import type { Claims, Issuer } from './issuer.ts'
import { type Made, type Maker, maker } from './maker.ts'

export type Tenant = '/acme' | '/globex'

export interface Account extends Made {
  readonly client_id: string
}

export interface AccountOptions {
  /** Where it lives (default /acme). */
  readonly namespace?: string
  /** Its policies (default P0 on F1). */
  readonly policies?: readonly Claims[]
  /** Its roles, bound where it lives (default the role of api-1). */
  readonly roles?: readonly Made[]
  /** Further members of the object. */
  readonly members?: Claims
}

export interface Fixture {
  readonly gateway: Gateway
  readonly make: Maker
  /** By identifier: https://api-1.test and https://api-2.test of /acme, https://api-3.test of /globex. */
  readonly resourceServers: Readonly<Record<'api1' | 'api2' | 'api3', Made>>
  readonly roles: Readonly<Record<'api1' | 'api2' | 'api3', Made>>
  /** The registrations of F1 and F2. */
  readonly issuers: Readonly<Record<'a' | 'b', Made>>
  /** Policy P0, role of api-1. */
  readonly deployer: Account
  /** Makes another account; the name is its own. */
  account(name: string, options?: AccountOptions): Promise<Account>
  /** Registers an issuer in a tenant. */
  register(issuer: Issuer, members?: Claims, namespace?: Tenant): Promise<Made>
  /** Claims of the baseline token. */
  claims(overrides?: Claims): Claims
  /** BT: the baseline token, signed by F1. */
  BT(overrides?: Claims, header?: Claims): string
  /** BR: the baseline request; an undefined override leaves a parameter out. */
  BR(overrides?: Record<string, string | undefined>): Record<string, string | undefined>
}

export const API_1 = 'https://api-1.test'
export const API_2 = 'https://api-2.test'
export const API_3 = 'https://api-3.test'

export interface FixtureOptions {
  /** The preset that F1 is registered with (default none, so that no detail is ever earned). */
  readonly preset?: string | null
}

/** Makes the attack cases' tenants, APIs, roles, issuers and baseline account. */
export async function createFixture(
  gateway: Gateway,
  { preset = null }: FixtureOptions = {},
): Promise<Fixture> {
  const make = maker(gateway)
  const { a, b } = gateway.issuers
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  const [resourceServers, issuers] = await Promise.all([
    makeApis(make),
    makeIssuers(make, a, b, preset),
  ])
  const roles = await makeRoles(make, resourceServers)
  const account: Fixture['account'] = (name, options = {}) =>
    makeAccount(make, name, { policies: [policyP0(a.url)], roles: [roles.api1], ...options })
  const deployer = await account('deployer')
  const fixture: Fixture = {
    gateway,
    make,
    resourceServers,
    roles,
    issuers,
    deployer,
    account,
    register: (issuer, members, namespace = '/acme') => make.issuer(issuer.url, namespace, members),
    claims: (overrides) => githubClaims(a.url, overrides),
    BT: (overrides, header) => a.mint(githubClaims(a.url, overrides), header),
    BR: (overrides) => ({
      ...DOORS[0].form(a.mint(githubClaims(a.url))),
      client_id: deployer.client_id,
      resource: API_1,
      ...overrides,
    }),
  }
  await learnRefusals(fixture)
  return fixture
}

// Unknown accounts are refused first, so that every later refusal is compared with theirs.
async function learnRefusals({ gateway, BT }: Fixture): Promise<void> {
  for (const door of DOORS) {
    const form = { ...door.form(BT()), client_id: 'nobody', resource: API_1 }
    await expectRefused(await gateway.token(form), door)
  }
}

async function makeApis(make: Maker): Promise<Fixture['resourceServers']> {
  const [api1, api2, api3] = await Promise.all([
    make.resourceServer('/acme', API_1),
    make.resourceServer('/acme', API_2),
    make.resourceServer('/globex', API_3),
  ])
  return { api1, api2, api3 }
}

async function makeRoles(
  make: Maker,
  servers: Fixture['resourceServers'],
): Promise<Fixture['roles']> {
  const [api1, api2, api3] = await Promise.all([
    make.role('/acme', 'api-1-user', servers.api1),
    make.role('/acme', 'api-2-user', servers.api2),
    make.role('/globex', 'api-3-user', servers.api3),
  ])
  return { api1, api2, api3 }
}

async function makeIssuers(
  make: Maker,
  a: Issuer,
  b: Issuer,
  preset: string | null,
): Promise<Fixture['issuers']> {
  const [one, two] = await Promise.all([
    make.issuer(a.url, '/acme', { preset }),
    make.issuer(b.url, '/globex', { preset: null }),
  ])
  return { a: one, b: two }
}

function makeAccount(make: Maker, name: string, options: AccountOptions): Promise<Account> {
  const { namespace = '/acme', policies = [], roles = [], members } = options
  return make.create<Account>('/service-accounts', {
    namespace,
    name,
    ...(policies.length === 0 ? {} : { trust_policies: policies }),
    role_bindings: roles.map((role) => ({ role_id: role.id, namespace })),
    ...members,
  })
}

/** The claims of F2's baseline token. */
export function gitlabBaseline(issuer: Issuer, overrides?: Claims): Claims {
  return gitlabClaims(issuer.url, overrides)
}
