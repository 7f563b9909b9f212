import { describe, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { judging, mismatch } from '../support/judging.ts'
import { rows } from '../support/rows.ts'

const house = useHouse({ preset: 'github-actions' })
const { told, trusting, trustingAny } = judging(house)

const IDS = { repository_id: '1001', repository_owner_id: '501' }
const MAIN = 'refs/heads/main'
const OLD_SUB = `repo:acme/app:ref:${MAIN}`
const NEW_SUB = `repo:acme@501/app@1001:ref:${MAIN}`

describe('names that come back', () => {
  test('AC-123 a recycled name', async () => {
    const { BT, accepted, refused } = house()
    await accepted(BT())
    await refused(BT({ repository_id: '9999', repository_owner_id: '9999' }))
    await refused(BT({ repository_id: '9999' }))
    await refused(BT({ repository_owner_id: '9999' }))
    await refused(BT({ repository_id: undefined, repository_owner_id: undefined }))
  })

  test('AC-123 the same under a policy on names and ids', async () => {
    const { BT, accepted, refused } = house()
    const names = { repository: 'acme/app', repository_owner: 'acme', ref: MAIN }
    const account = await trusting({ ...IDS, ...names })
    await accepted(BT(), account)
    await refused(BT({ repository_id: '9999', repository_owner_id: '9999' }), account)
  })
})

describe('two shapes of sub', () => {
  test('AC-124 the id-based sub under a policy without sub', async () => {
    const { BT, accepted } = house()
    const account = await trusting({ ...IDS, ref: MAIN })
    await accepted(BT({ sub: NEW_SUB }), account)
    await accepted(BT({ sub: OLD_SUB }), account)
  })

  test('AC-125 the id-based sub under a policy on the old one', async () => {
    const { BT, accepted } = house()
    const account = await trusting({ ...IDS, sub: OLD_SUB })
    await accepted(BT(), account)
    await told(BT({ sub: NEW_SUB }), account, mismatch({ sub: NEW_SUB }))
  })

  test('AC-125 the same under a policy on the old sub alone, which earns nothing', async () => {
    const { BT, accepted, refused } = house()
    const acknowledge = ['mutable_identity']
    const account = await trusting({ sub: OLD_SUB }, { acknowledge })
    await accepted(BT(), account)
    await refused(BT({ sub: NEW_SUB }), account)
  })

  test('AC-125 the old sub under a policy on the id-based one', async () => {
    const { BT, accepted } = house()
    const account = await trusting({ ...IDS, sub: NEW_SUB })
    await accepted(BT({ sub: NEW_SUB }), account)
    await told(BT(), account, mismatch({ sub: OLD_SUB }))
  })

  test('AC-131 a sub made of something else, which no other claim repairs', async () => {
    const { BT, accepted, refused } = house()
    const account = await trusting({ sub: OLD_SUB }, { acknowledge: ['mutable_identity'] })
    await accepted(BT(), account)
    const subs = [
      'repository_owner:acme',
      `repository:acme/app:ref:${MAIN}`,
      `repository_owner:acme:repo:acme/app:ref:${MAIN}`,
      'repo:acme/app',
      'repo:acme/app:environment:production',
      'repo:acme/app:pull_request',
    ]
    for (const sub of subs) {
      await refused(BT({ sub, repository: 'acme/app', environment: 'production' }), account)
    }
  })
})

describe('triggers', () => {
  const triggers = ['pull_request_target', 'workflow_run']

  test.each(triggers)('AC-128 event_name %s', async (event_name) => {
    const { BT, accepted } = house()
    const account = await trusting({ ...IDS, ref: MAIN })
    await accepted(BT(), account)
    await told(BT({ event_name }), account, mismatch({ event_name }))
  })

  test.each(triggers)('AC-128 %s, although a policy asks for it', async (event_name) => {
    const { BT, accepted } = house()
    const events = { any_of: ['push', ...triggers] }
    const account = await trusting({ ...IDS, ref: MAIN, event_name: events })
    await accepted(BT(), account)
    await told(BT({ event_name }), account, mismatch({ event_name }))
  })

  test.each(triggers)('AC-128 %s from a stranger', async (event_name) => {
    const { BT, refused } = house()
    await refused(BT({ event_name, repository_id: '9999' }))
  })

  test.each(rows([['push'], 7, true, { name: 'push' }, ['pull_request_target']]))(
    'AC-128 event_name %j is not waved through',
    async (event_name) => {
      const account = await trusting({ ...IDS, ref: MAIN })
      await told(house().BT({ event_name }), account, mismatch({ event_name }))
    },
  )
})

describe('workflows', () => {
  const DEPLOY = `acme/app/.github/workflows/deploy.yml@${MAIN}`

  test('AC-129 job_workflow_ref does not stand in for workflow_ref', async () => {
    const { BT, accepted } = house()
    const account = await trusting({ ...IDS, workflow_ref: DEPLOY })
    await accepted(BT({ workflow_ref: DEPLOY }), account)
    const other = `acme/app/.github/workflows/test.yml@${MAIN}`
    for (const workflow_ref of [undefined, other]) {
      const token = BT({ workflow_ref, job_workflow_ref: DEPLOY })
      await told(token, account, mismatch({ workflow_ref: workflow_ref ?? null }))
    }
    const called = await trusting({ ...IDS, job_workflow_ref: DEPLOY })
    await told(BT({ workflow_ref: DEPLOY }), called, mismatch({ job_workflow_ref: null }))
  })

  test.each(['workflow_ref', 'job_workflow_ref'])('AC-130 a longer %s', async (claim) => {
    const { BT, accepted } = house()
    const account = await trusting({ ...IDS, [claim]: DEPLOY })
    await accepted(BT({ [claim]: DEPLOY }), account)
    for (const actual of [`${DEPLOY}-evil`, `${DEPLOY}/x`, `x/${DEPLOY}`, DEPLOY.slice(0, -1)]) {
      await told(BT({ [claim]: actual }), account, mismatch({ [claim]: actual }))
    }
  })

  test('AC-130 another repository with a workflow of that name', async () => {
    const { BT, accepted, refused } = house()
    const account = await trustingAny([
      { bound_claims: { repository_owner_id: '501', job_workflow_ref: DEPLOY } },
    ])
    await accepted(BT({ job_workflow_ref: DEPLOY }), account)
    const fork = DEPLOY.replace('acme/', 'evil/')
    await refused(BT({ job_workflow_ref: fork, repository_owner_id: '666' }), account)
  })
})
