import { describe, expect, it } from 'vitest'
import { asForm, gatehouse, ifMatch, once, ProblemError } from '../../src/client/client.ts'
import { useHouse } from '../support/attack.ts'
import { settings } from '../support/settings.ts'

const house = useHouse()

const clientWith = (token: string | (() => Promise<string>)) =>
  gatehouse({ baseUrl: house().gateway.url(), token })

const root = () => clientWith(() => house().gateway.rootToken())

const problemOf = async (call: Promise<unknown>): Promise<ProblemError> => {
  const thrown = await call.then(
    () => null,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(ProblemError)
  return thrown as ProblemError
}

const newAccount = async (name: string) => {
  const { data, response } = await root().POST('/admin/v1/service-accounts', {
    params: { header: once() },
    body: { namespace: '/acme', name },
  })
  if (data === undefined) throw new Error('made nothing')
  return { account: data, response }
}

describe('the typed client', () => {
  it('makes an account, a policy and a role, and exchanges a token', async () => {
    const { issuers } = house().gateway
    const api = root()
    const { account, response } = await newAccount('typed')
    expect([response.status, account.warnings]).toEqual([
      201,
      ['no_authentication_method', 'no_role'],
    ])
    const policies = '/admin/v1/service-accounts/{service_account_id}/trust-policies'
    const path = { service_account_id: account.id }
    const policy = await api.POST(policies, {
      params: { path },
      body: {
        name: 'typed',
        issuer: issuers.a.url,
        audience: settings.issuerUrl,
        bound_claims: {
          repository_id: '1001',
          repository_owner_id: '501',
          sub: { any_of: [{ glob: 'repo:acme/app:ref:refs/heads/*' }, 'nobody'] },
        },
      },
    })
    expect(policy.data).toMatchObject({ version: 1, name: 'typed' })
    const roles = await api.GET('/admin/v1/roles', { params: { query: { namespace: '/acme' } } })
    const role = roles.data?.data.find(({ name }) => name === 'api-1-user')
    const principal = { type: 'service_account' as const, id: account.id }
    await api.POST('/admin/v1/role-bindings', {
      body: { role_id: role?.id ?? '', namespace: '/acme', principal },
    })
    const token = await gatehouse({ baseUrl: house().gateway.url() }).POST('/oauth/token', {
      ...asForm,
      body: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: account.client_id,
        subject_token: house().BT(),
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      },
    })
    expect(token.data).toMatchObject({ token_type: 'Bearer', access_token: expect.any(String) })
  })

  it('throws what was refused as a problem', async () => {
    const nobody = clientWith('garbage')
    const { problem } = await problemOf(nobody.GET('/admin/v1/roles', {}))
    expect(problem).toMatchObject({ type: '/problems/authentication-required', status: 401 })
    const misspelt = { namespace: '/acme', name: 'typo', nmae: 'x' }
    const refused = await problemOf(root().POST('/admin/v1/service-accounts', { body: misspelt }))
    expect(refused.problem.errors?.map(({ pointer }) => pointer)).toEqual(['/nmae'])
    expect(refused.message).toContain('Unknown field')
  })

  it('changes only what it has read', async () => {
    const { account, response } = await newAccount('versioned')
    const item = '/admin/v1/service-accounts/{service_account_id}'
    const path = { service_account_id: account.id }
    const change = (description: string) =>
      root().PATCH(item, { params: { path, header: ifMatch(response) }, body: { description } })
    const { data } = await change('first')
    expect(data?.description).toBe('first')
    expect((await problemOf(change('second'))).problem.type).toBe('/problems/precondition-failed')
  })

  it('makes one object of a POST that is repeated', async () => {
    const header = once()
    const make = () =>
      root().POST('/admin/v1/service-accounts', {
        params: { header },
        body: { namespace: '/acme', name: 'repeated' },
      })
    const [one, other] = [await make(), await make()]
    expect(other.data?.id).toBe(one.data?.id)
    expect(other.response.headers.get('idempotent-replay')).toBe('true')
  })
})
