import { expect, it } from 'vitest'
import { bindingWarnings } from '../../src/core/binding-warnings.ts'

it.each([
  [{ roleId: 'role_viewer', groupId: null }, 0, []],
  [{ roleId: 'role_owner', groupId: null }, 0, ['owner_bound']],
  [{ roleId: 'role_1', groupId: null }, 3, ['reaches_down']],
  [{ roleId: 'role_1', groupId: 'grp_1' }, 0, ['group_bound']],
  [{ roleId: 'role_owner', groupId: 'grp_1' }, 1, ['owner_bound', 'reaches_down', 'group_bound']],
] as const)('of %j with %i namespaces below', (binding, below, warnings) => {
  expect(bindingWarnings(binding, below)).toEqual({ warnings, namespacesBelow: below })
})
