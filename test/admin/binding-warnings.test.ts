import { beforeAll, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let account: Made
let group: Made

beforeAll(async () => {
  const { make } = house()
  for (const path of ['/hooli', '/hooli/x', '/hooli/x/prod', '/hooli/x/test', '/hooli/x-evil']) {
    await make.namespace(path)
  }
  account = await make.create('/service-accounts', { namespace: '/hooli', name: 'robot' })
  group = await make.create('/groups', { namespace: '/hooli', name: 'release' })
})

const bind = (role_id: string, namespace: string, principal: Made) =>
  house().make.create('/role-bindings', {
    role_id,
    namespace,
    principal: {
      type: principal.id.startsWith('grp_') ? 'group' : 'service_account',
      id: principal.id,
    },
  })

it('tells of a binding how far it reaches down (M11)', async () => {
  expect(await bind('role_viewer', '/hooli/x', account)).toMatchObject({
    namespaces_below: 2,
    warnings: ['reaches_down'],
  })
  expect(await bind('role_viewer', '/hooli/x/prod', account)).toMatchObject({
    namespaces_below: 0,
    warnings: [],
  })
})

it('says that owner is seldom needed (T39), and that a group may grow', async () => {
  const made = await bind('role_owner', '/hooli', group)
  const warnings = ['owner_bound', 'reaches_down', 'group_bound']
  expect(made).toMatchObject({ namespaces_below: 4, warnings })
  const read = await house().gateway.admin('GET', `/role-bindings/${made.id}`)
  expect(await read.json()).toEqual(made)
})

it('tells the same of bindings that are made with their account', async () => {
  const made = await house().make.create('/service-accounts', {
    namespace: '/hooli/x',
    name: 'boss',
    role_bindings: [
      { role_id: 'role_owner', namespace: '/hooli/x' },
      { role_id: 'role_viewer', namespace: '/hooli/x/prod' },
    ],
  })
  expect(made.role_bindings).toMatchObject([
    { namespaces_below: 2, warnings: ['owner_bound', 'reaches_down'] },
    { namespaces_below: 0, warnings: [] },
  ])
})

it('counts, at the root, every namespace', async () => {
  const { gateway, make } = house()
  const { rows } = await gateway.db.execute(`SELECT count(*) - 1 AS n FROM namespaces`)
  const root = await make.create('/service-accounts', { namespace: '/', name: 'root-robot' })
  expect(await bind('role_viewer', '/', root)).toMatchObject({ namespaces_below: rows[0]?.n })
})

it('foresees who loses a role with its binding, or with the group', async () => {
  const { gateway, make } = house()
  const member = await make.create('/service-accounts', { namespace: '/hooli/x', name: 'member' })
  const put = await gateway.admin('PUT', `/groups/${group.id}/members/${member.id}`)
  expect(put.status).toBeLessThan(300)
  const single = await bind('role_deployer', '/hooli/x', account)
  const ofGroup = await bind('role_deployer', '/hooli/x', group)
  const ask = async (path: string) => {
    const answer = await gateway.admin('DELETE', `${path}?dry_run=true`, undefined, {
      ifMatch: '"1"',
    })
    return answer.json()
  }
  expect(await ask(`/role-bindings/${single.id}`)).toMatchObject({
    would_delete: { role_bindings: 1 },
    would_break: [account.id],
    living_tokens: 0,
    warnings: ['permanent', 'roles_lost', 'others_break'],
  })
  expect(await ask(`/role-bindings/${ofGroup.id}`)).toMatchObject({ would_break: [member.id] })
  expect(await ask(`/groups/${group.id}`)).toMatchObject({
    would_delete: { groups: 1, group_members: 1, role_bindings: 2 },
    would_break: [member.id],
  })
  expect((await gateway.admin('GET', `/groups/${group.id}`)).status).toBe(200)
})
