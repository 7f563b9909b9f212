import { describe, expect, it } from 'vitest'
import { sayPointer } from '../../../src/cli/frame/pointer.ts'
import { verbsOf } from '../../../src/cli/resources/collection.ts'
import { collections } from '../../../src/cli/resources/collections.ts'
import { bodyFlags, queryFlags } from '../../../src/cli/resources/flags.ts'
import { operations } from '../../../src/client/operations.ts'

const operation = (name: string) => {
  const found = operations.find((each) => each.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

const flag = (name: string, member: string) =>
  bodyFlags(operation(name)).filter((each) => each.member === member)

describe('flags', () => {
  it('reach every operation of the admin API, but for what has commands of its own', () => {
    const reached = new Set(
      collections.flatMap((collection) => verbsOf(collection).map((verb) => verb.operation.name)),
    )
    const apart = operations.map(({ name }) => name).filter((name) => !reached.has(name))
    expect(apart).toEqual([
      // Done by `policy apply`, by `update`, by `policy explain` and `policy init`.
      'state.apply',
      'roles.replace',
      'trust-policies.replace',
      'policy-evaluations.create',
      'policy-suggestions.create',
    ])
  })

  it('say every member of every body, each by one name', () => {
    for (const each of operations) {
      const flags = bodyFlags(each)
      expect(new Set(flags.map(({ name }) => name)).size, each.name).toBe(flags.length)
      const said = new Set(flags.map(({ member }) => member))
      expect([...said].toSorted()).toEqual((each.body ?? []).map(({ name }) => name).toSorted())
    }
  })

  it('take no secret as an argument', () => {
    const names = operations.flatMap((each) => [...bodyFlags(each), ...queryFlags(each)])
    const secret = names.filter(
      ({ name, type }) => /secret$|password|private/.test(name) && type !== 'boolean',
    )
    expect(secret).toEqual([])
  })

  it('refer to people’s names for things', () => {
    expect(flag('roles.create', 'resource_server_id')[0]).toMatchObject({
      name: 'api',
      refersTo: 'resource_server_id',
    })
    expect(flag('role-bindings.create', 'principal').map(({ name }) => name)).toEqual([
      'account',
      'group',
    ])
    expect(flag('keys.create', 'pem')[0]).toMatchObject({ name: 'pem-file', type: 'file' })
    const [role] = flag('service-accounts.create', 'role_bindings')
    expect(role?.put?.({ namespace: '/acme' }, ['role_1'])).toEqual({
      namespace: '/acme',
      role_bindings: [{ role_id: 'role_1', namespace: '/acme' }],
    })
  })

  it('stand where a refusal points into the body', () => {
    const flags = { resource_server_id: '--api', bound_claims: '--claim' }
    expect(sayPointer('/resource_server_id', flags)).toBe('--api')
    expect(sayPointer('/bound_claims/ref/any_of/0', flags)).toBe('--claim ref.any_of.0')
    expect(sayPointer('/elsewhere', flags)).toBe('/elsewhere')
    expect(sayPointer('', flags)).toBe('/')
  })
})
