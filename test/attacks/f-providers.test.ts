import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { type Account, gitlabBaseline } from '../support/fixture.ts'
import type { Claims, Issuer } from '../support/issuer.ts'
import { judging, mismatch } from '../support/judging.ts'

const house = useHouse()
const { judges, told } = judging(house)

describe('issuers without a preset', () => {
  test('AC-127 %3A is no colon', async () => {
    await judges(
      { ctx: { glob: 'env:*:ref:main' } },
      {
        accepts: [{ ctx: 'env:x:ref:main' }, { ctx: 'env:x%3Aref%3Adev:ref:main' }],
        refuses: [
          { ctx: 'env:x%3Aref%3Amain' },
          { ctx: 'env:x%3aref%3amain' },
          { ctx: 'env:x\uff1aref\uff1amain' },
          { ctx: 'env%3Ax%3Aref%3Amain' },
          { ctx: 'env:x&#58;ref&#58;main' },
          { ctx: 'env:x:y:ref:main' },
        ],
      },
    )
  })

  test('AC-137 another phase of the same workspace', async () => {
    const of = (project: string, phase: string) => ({
      sub: `organization:acme:project:${project}:workspace:prod:run_phase:${phase}`,
    })
    await judges(
      { sub: { glob: 'organization:acme:project:*:workspace:prod:run_phase:apply' } },
      {
        accepts: [of('web', 'apply')],
        refuses: [
          of('web', 'plan'),
          of('web', 'apply2'),
          of('web', 'apply:run_phase:plan'),
          of('web:workspace:prod:run_phase:apply:project:x', 'plan'),
          of('a:b', 'apply'),
          of('', 'apply'),
        ],
      },
    )
  })

  test('AC-134 names below a group, without a preset', async () => {
    const paths = (...values: string[]) => values.map((namespace_path) => ({ namespace_path }))
    await judges(
      { namespace_path: { glob: 'acme/*' } },
      {
        accepts: paths('acme/sub'),
        refuses: paths('acme/sub/deep', 'acme-evil', 'acme-evil/sub', 'acme', 'acme/', 'x/acme/y'),
      },
    )
  })

  test('AC-123 a recycled name, without a preset', async () => {
    const { BT, refused } = house()
    await refused(BT({ repository_id: '9999', repository_owner_id: '9999' }))
  })
})

describe('one issuer for each organisation', () => {
  const ORG = 'https://orgs.test/org'

  test('AC-135 a neighbour below the same origin', async () => {
    const { account, accepted, claims, gateway, refused, register } = house()
    const { issuers } = gateway
    const one = await issuers.add(`${ORG}/ORG1`, { kid: 'org1' })
    const two = await issuers.add(`${ORG}/ORG2`, { kid: 'org2' })
    await register(one)
    const trusting = await account('org-1', { policies: [policyP0(one.url)] })
    await accepted(one.mint(claims({ iss: one.url })), trusting)
    const asked = issuers.requests.length
    const foreign = [
      two.mint(claims({ iss: two.url })),
      one.mint(claims({ iss: two.url })),
      two.mint(claims({ iss: one.url })),
      two.mint(claims({ iss: one.url }), { kid: 'org1' }),
      one.mint(claims({ iss: `${ORG}/org1` })),
      one.mint(claims({ iss: `${ORG}/ORG1/` })),
      one.mint(claims({ iss: `${ORG}/ORG2/../ORG1` })),
      one.mint(claims({ iss: ORG })),
    ]
    for (const token of foreign) await refused(token, trusting)
    expect(issuers.requests.slice(asked).filter(({ url }) => !url.startsWith(one.url))).toEqual([])
    expect(two.hits()).toBe(0)
    // Somebody else in the tenant trusts it, which changes nothing for this account.
    await register(two)
    const again = issuers.requests.length
    await refused(two.mint(claims({ iss: two.url })), trusting)
    expect(issuers.requests.slice(again)).toEqual([])
  })
})

describe('GitLab', () => {
  let gitlab: Issuer
  let accounts = 0

  beforeAll(async () => {
    const { gateway, register } = house()
    gitlab = await gateway.issuers.add('https://gitlab.acme.test', { kid: 'g1' })
    await register(gitlab, { preset: 'gitlab-self-managed' })
  })

  const job = (overrides?: Claims) => gitlab.mint(gitlabBaseline(gitlab, overrides))

  function trusting(bound_claims: Claims): Promise<Account> {
    accounts += 1
    const policy = policyP0(gitlab.url, {
      bound_claims: { project_id: '20', ref: 'main', ...bound_claims },
    })
    return house().account(`gitlab-${accounts}`, { policies: [policy] })
  }

  test('AC-132 ref_protected as text and as boolean', async () => {
    const account = await trusting({ ref_protected: 'true' })
    await house().accepted(job({ ref_protected: 'true' }), account)
    for (const value of [true, 'True', 'false', false, 1]) {
      await told(job({ ref_protected: value }), account, mismatch({ ref_protected: value }))
    }
    await told(job({ ref_protected: undefined }), account, mismatch({ ref_protected: null }))
  })

  test('AC-133 the path of a group that somebody else took over', async () => {
    const { accepted, refused } = house()
    const account = await trusting({ project_path: 'acme/api', namespace_id: '72' })
    await accepted(job(), account)
    const taken = { project_id: '9999', job_project_id: '9999' }
    const group = { namespace_id: '9998', job_namespace_id: '9998' }
    await refused(job({ ...taken, ...group }), account)
    await refused(job(taken), account)
    await refused(job(group), account)
    await refused(job({ project_id: 20, job_project_id: 20 }), account)
  })

  test('AC-134 a group below a group, and a prefix', async () => {
    const account = await trusting({ namespace_path: { glob: 'acme/*' } })
    const path = (namespace_path: string) => ({
      namespace_path,
      job_namespace_path: namespace_path,
    })
    await house().accepted(job(path('acme/sub')), account)
    for (const actual of ['acme/sub/deep', 'acme-evil', 'acme-evil/sub', 'acme', 'acme/']) {
      await told(job(path(actual)), account, mismatch({ namespace_path: actual }))
    }
  })
})
