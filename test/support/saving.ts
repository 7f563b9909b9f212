import { expect } from 'vitest'
import type { House } from './attack.ts'
import { policyP0 } from './baseline.ts'
import { expectProblem } from './expect.ts'
import type { Claims } from './issuer.ts'
import type { Made } from './maker.ts'

export interface Saving {
  /** The path of the deployer's policies. */
  path(): string
  /** Adds a policy to `deployer`: P0 with changes; an undefined override leaves a member out. */
  save(overrides: Claims): Promise<Response>
  /** Expects a policy to be saved, takes it away again and answers it. */
  saved(overrides: Claims): Promise<Made>
  /** Expects no way of writing the policy to save it, for one of these reasons. */
  unsaved(overrides: Claims, slugs: string | readonly string[], pointer?: string): Promise<void>
}

let names = 0

/** Writes policies of `deployer`, by every route that can. */
export function saving(house: () => House): Saving {
  const path = () => `/service-accounts/${house().deployer.id}/trust-policies`
  const policy = (overrides: Claims) => policyP0(house().gateway.issuers.a.url, overrides)
  const save = (overrides: Claims) => house().gateway.admin('POST', path(), policy(overrides))
  return {
    path,
    save,
    saved: async (overrides) => {
      const response = await save(overrides)
      const made = (await response.json()) as Made
      expect([response.status, made]).toEqual([201, expect.objectContaining({ version: 1 })])
      await drop(house(), `${path()}/${made.id}`)
      return made
    },
    unsaved: async (overrides, slugs, pointer) => {
      const before = await policies(house(), path())
      const attempts = [
        { at: '', response: await save(overrides) },
        { at: '', response: await replace(house(), path(), policy(overrides)) },
        { at: '/trust_policies/0', response: await createWith(house(), policy(overrides)) },
      ]
      for (const { at, response } of attempts) {
        const problem = await expectProblem(response, 422)
        expect([slugs].flat()).toContain(String(problem.type).split('/').at(-1))
        if (pointer === undefined) continue
        expect(problem.errors).toContainEqual(
          expect.objectContaining({ pointer: `${at}${pointer}` }),
        )
      }
      expect(await policies(house(), path())).toEqual(before)
    },
  }
}

async function policies({ gateway }: House, path: string): Promise<readonly Made[]> {
  const { data } = (await (await gateway.admin('GET', path)).json()) as { data: Made[] }
  return data
}

/** Overwrites the deployer's first policy, which is P0. */
async function replace(house: House, path: string, policy: Claims): Promise<Response> {
  const [first] = await policies(house, path)
  const ifMatch = `"${first?.version}"`
  return house.gateway.admin('PUT', `${path}/${first?.id}`, policy, { ifMatch })
}

/** Makes an account that has the policy from the start. */
function createWith({ gateway }: House, policy: Claims): Promise<Response> {
  names += 1
  const name = `born-with-${names}`
  const body = { namespace: '/acme', name, trust_policies: [policy] }
  return gateway.admin('POST', '/service-accounts', body)
}

async function drop({ gateway }: House, path: string): Promise<void> {
  const found = await gateway.admin('GET', path)
  const ifMatch = found.headers.get('etag') ?? ''
  expect((await gateway.admin('DELETE', path, undefined, { ifMatch })).status).toBe(204)
}
