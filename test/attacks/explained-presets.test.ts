import { beforeAll, describe, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { type Account, gitlabBaseline } from '../support/fixture.ts'
import type { Claims, Issuer } from '../support/issuer.ts'
import { judging, mismatch } from '../support/judging.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()
const { told, trusting } = judging(house)

describe('GitLab', () => {
  let gitlab: Issuer
  let own: Account

  beforeAll(async () => {
    const { account, gateway, register } = house()
    gitlab = await gateway.issuers.add('https://gitlab.acme.test', { kid: 'g1' })
    await register(gitlab, { preset: 'gitlab-self-managed' })
    const bound_claims = { project_id: '20', ref: 'main', ref_protected: 'true' }
    own = await account('gitlab', { policies: [policyP0(gitlab.url, { bound_claims })] })
  })

  const job = (overrides?: Claims) => gitlab.mint(gitlabBaseline(gitlab, overrides))

  test('the right project on a wrong branch', async () => {
    await house().accepted(job(), own)
    await told(job({ ref: 'side' }), own, mismatch({ ref: 'side' }))
  })

  // A fork's merge request runs in the parent project: its token has the parent's project_id.
  test.each(['777', 20, ['20'], { id: '20' }])(
    'a fork in the parent project, job_project_id %j, learns nothing',
    async (job_project_id) => {
      await house().refused(job({ job_project_id }), own)
      await house().refused(job({ job_project_id, ref: 'side' }), own)
      await house().refused(job({ job_project_id, exp: 1, iat: 0, nbf: 0 }), own)
    },
  )

  test.each(['job_id', 'pipeline_id'])(
    'a token that was not made for a job: no %s',
    async (name) => {
      await told(job({ [name]: undefined }), own, mismatch({ [name]: null }))
      await told(job({ [name]: null }), own, mismatch({ [name]: null }))
    },
  )

  test('a stranger learns nothing', async () => {
    const other = { project_id: '21', job_project_id: '21' }
    await house().refused(job(other), own)
    await house().refused(job({ ...other, ref: 'side' }), own)
  })
})

describe('an issuer without a preset', () => {
  const SUB = 'repo:acme/app:ref:refs/heads/main'

  test('an exact sub is an identity', async () => {
    const { BT, accepted, refused } = house()
    const account = await trusting({ sub: SUB, event_name: 'push' })
    await accepted(BT(), account)
    await told(BT({ event_name: 'schedule' }), account, mismatch({ event_name: 'schedule' }))
    await told(BT({ aud: 'https://vault.test' }), account, { reason: 'audience_mismatch' })
    const stranger = { sub: 'repo:evil/app:ref:refs/heads/main' }
    await refused(BT(stranger), account)
    await refused(BT({ ...stranger, event_name: 'schedule' }), account)
  })

  test.each(
    rows<Claims>([
      { sub: { glob: 'repo:acme/app:ref:refs/heads/*' } },
      { sub: { not: 'repo:evil/app:ref:refs/heads/main' }, repository: 'acme/app' },
      { repository_id: '1001', repository_owner_id: '501' },
    ]),
  )('%j is none', async (bound) => {
    const { BT, accepted, refused } = house()
    const account = await trusting({ ...bound, event_name: 'push' })
    await accepted(BT(), account)
    await refused(BT({ event_name: 'schedule' }), account)
    await refused(BT({ aud: 'https://vault.test' }), account)
  })
})
