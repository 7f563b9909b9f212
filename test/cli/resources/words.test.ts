import { describe, expect, it } from 'vitest'
import { details, say, table } from '../../../src/cli/resources/words.ts'

describe('words for people', () => {
  it('lays a list out under the names of its columns', () => {
    const items = [
      { id: 'sa_1', name: 'deploy-bot', enabled: true, roles: [{ name: 'r', namespace: '/a' }] },
      { id: 'sa_22', name: null, enabled: false, roles: [] },
    ]
    expect(table(items, ['id', 'name', 'enabled', 'roles'])).toBe(
      [
        'ID     NAME        ENABLED  ROLES',
        'sa_1   deploy-bot  yes      r@/a',
        'sa_22  -           no       -',
      ].join('\n'),
    )
    expect(table([], ['id'])).toBe('ID')
  })

  it('lays an object out, a member a line', () => {
    expect(details({ id: 'x', list: [{ a: 1 }, { a: 2 }], empty: [] })).toBe(
      'id     x\nlist\n  - a  1\n  - a  2\nempty  -',
    )
  })

  it('shows what would move a cursor or hide text', () => {
    expect(say('a\u001b[31mb\u202ec\nd')).toBe('a\ufffd[31mb\ufffdc\ufffdd')
  })
})
