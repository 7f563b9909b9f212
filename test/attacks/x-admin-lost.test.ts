import { expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'

const house = useHouse({ faultyDatabase: true })

test('an administrator is told that nothing was changed when an owner account was made', async () => {
  const { gateway } = house()
  const isInsert = (body: string): boolean => /insert into ..service_accounts/i.test(body)
  gateway.database.set('hang-after-commit', { when: isInsert, times: 1 })
  const answer = await gateway.admin('POST', '/service-accounts', {
    namespace: '/acme',
    name: 'ghost',
    role_bindings: [{ role_id: 'role_owner', namespace: '/acme' }],
    client_credentials: {},
  })
  const { detail } = (await answer.json()) as { detail?: string }
  const list = await gateway.admin('GET', '/service-accounts?name=ghost')
  const { data } = (await list.json()) as { data: unknown[] }
  expect([answer.status, detail, data.length]).not.toEqual([
    503,
    expect.stringContaining('nothing was changed'),
    1,
  ])
})
