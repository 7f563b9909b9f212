import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import type { Made } from '../support/maker.ts'
import { exchangeForm, makeToken, type NamedToken, tokensOf } from '../support/named-tokens.ts'

const house = useHouse()

let manager: Account
let token: NamedToken

const make = async (name: string, role = 'role_owner', members: object = {}) => {
  const account = await house().account(name, { policies: [], roles: [{ id: role }], ...members })
  const made = await makeToken(house(), account, { resource_server_id: 'rs_admin' })
  return { account, made }
}

beforeAll(async () => {
  const { account, made } = await make('manager')
  manager = account
  token = made
})

const call = (value: string, method = 'GET', path = '/namespaces?path=/acme', body?: unknown) =>
  house().gateway.admin(method, path, body, { token: value })

describe('a named token at the admin API', () => {
  it('K1 K13 authenticates as its account, with all that it holds now', async () => {
    const { gateway } = house()
    const listed = await call(token.token)
    expect(listed.status).toBe(200)
    const { data } = (await listed.json()) as { data: Made[] }
    expect(data.map(({ path }) => path)).toEqual(['/acme'])
    const made = await call(token.token, 'POST', '/namespaces', { path: '/acme/by-token' })
    expect(made.status).toBe(201)
    await expectProblem(await call(token.token, 'POST', '/namespaces', { path: '/x' }), 422)
    // It is the account's, so the account's own access is out of its reach.
    const self = await call(token.token, 'POST', tokensOf(manager), {
      name: 'x',
      resource_server_id: 'rs_admin',
    })
    await expectProblem(self, 403, 'self-modification')
    expect(gateway.logs.join('\n')).not.toContain(token.token)
  })

  it('is exchanged as well, for a token that narrows', async () => {
    const { gateway } = house()
    const form = exchangeForm(manager.client_id, token.token, { scope: 'namespaces:read' })
    const { access_token } = await expectIssued(await gateway.token(form))
    expect((await call(access_token)).status).toBe(200)
    const refused = await call(access_token, 'POST', '/namespaces', { path: '/acme/no' })
    await expectProblem(refused, 403, 'insufficient-scope')
  })

  it('notes its use', async () => {
    const { account, made } = await make('noted')
    expect((await call(made.token)).status).toBe(200)
    const read = async () => {
      const answer = await house().gateway.admin('GET', `${tokensOf(account)}/${made.id}`)
      return (await answer.json()) as NamedToken
    }
    await expect.poll(async () => (await read()).last_used_at).not.toBeNull()
  })

  it('costs two steps to the database, three requests, before what is asked', async () => {
    const { gateway } = house()
    const before = gateway.hrana.requests()
    await call(token.token, 'GET', '/namespaces?limit=1')
    expect(gateway.hrana.requests() - before).toBeLessThanOrEqual(4)
  })
})

describe('what is refused there', () => {
  const refused = async (value: string) => {
    await expectProblem(await call(value), 401, 'authentication-required')
  }

  it('cut, padded, re-cased, its digest, nobody’s', async () => {
    const { rows } = await house().gateway.db.execute('SELECT hash FROM named_tokens')
    const digests = rows.map(({ hash }) => String(hash))
    const { token: value } = token
    for (const presented of [value.slice(0, -1), `${value}=`, value.toLowerCase(), ...digests]) {
      await refused(presented)
    }
  })

  it('one of another API, whatever its account may do', async () => {
    const { account, roles } = house()
    const both = await account('both', { policies: [], roles: [{ id: 'role_owner' }, roles.api1] })
    const { token: value } = await makeToken(house(), both)
    await expectIssued(await house().gateway.token(exchangeForm(both.client_id, value)))
    await refused(value)
  })

  it.each([
    ['a disabled account', (a: Account) => [`/service-accounts/${a.id}`, { enabled: false }]],
    [
      'an account that may not reach the admin API any more',
      (a: Account) => [`/service-accounts/${a.id}`, { resource_server_ids: [] }],
    ],
  ] as const)('one of %s, at once', async (name, change) => {
    const { account, made } = await make(name.replaceAll(' ', '-').slice(0, 40))
    expect((await call(made.token)).status).toBe(200)
    const [path, body] = change(account)
    expect((await house().gateway.admin('PATCH', String(path), body)).status).toBe(200)
    await refused(made.token)
  })

  it('regenerated, deleted, its account gone, its namespace suspended', async () => {
    const { gateway } = house()
    const place = await house().make.namespace('/acme/managed')
    const home = { namespace: '/acme/managed' }
    const { account, made } = await make('mortal', 'role_viewer', home)
    const where = '/namespaces?path=/acme/managed'
    const alive = async (value: string) =>
      expect((await call(value, 'GET', where)).status).toBe(200)
    await alive(made.token)
    const path = `${tokensOf(account)}/${made.id}`
    const next = (await (await gateway.admin('POST', `${path}:regenerate`)).json()) as NamedToken
    await refused(made.token)
    await alive(next.token)
    await gateway.admin('PATCH', `/namespaces/${place.id}`, { enabled: false })
    await refused(next.token)
    await gateway.admin('PATCH', `/namespaces/${place.id}`, { enabled: true })
    await alive(next.token)
    await gateway.admin('DELETE', path)
    await refused(next.token)
    const last = await makeToken(house(), account, { resource_server_id: 'rs_admin' })
    await alive(last.token)
    await gateway.admin('DELETE', `/service-accounts/${account.id}`)
    await refused(last.token)
  })

  it('rights that were taken away, at once', async () => {
    const { gateway } = house()
    const { account, made } = await make('narrowed', 'role_viewer')
    expect((await call(made.token, 'GET', '/roles?limit=1')).status).toBe(200)
    const bindings = await gateway.admin('GET', '/role-bindings?limit=200')
    const { data } = (await bindings.json()) as { data: (Made & { principal: Made })[] }
    const binding = data.find(({ principal }) => principal.id === account.id) as Made
    const gone = await gateway.admin('DELETE', `/role-bindings/${binding.id}`, undefined, {
      ifMatch: '"1"',
    })
    expect(gone.status).toBe(204)
    const left = await call(made.token)
    expect(((await left.json()) as { data: Made[] }).data).toEqual([])
  })
})
