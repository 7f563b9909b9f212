import { describe, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { judging } from '../support/judging.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()
const { judges } = judging(house)

const each = (claim: string, values: readonly unknown[]) =>
  values.map((value) => ({ [claim]: value }))

describe('types', () => {
  test.each(rows(['1002', undefined, null, '', '10010', '0001001']))(
    'AC-095 repository_id %j',
    async (repository_id) => {
      await house().refused(house().BT({ repository_id }))
    },
  )

  test.each(rows(['502', undefined, null, '']))(
    'AC-095 repository_owner_id %j',
    async (repository_owner_id) => {
      await house().refused(house().BT({ repository_owner_id }))
    },
  )

  test.each(rows([1001, 1001.5, [1001], true]))(
    'AC-096 repository_id as %j, the policy has a string',
    async (repository_id) => {
      await house().refused(house().BT({ repository_id }))
    },
  )

  test('AC-097 the policy has a number, the token a string', async () => {
    await judges(
      { run_no: 1001 },
      {
        accepts: each('run_no', [1001]),
        refuses: each('run_no', ['1001', 1002, '', [1001], null, undefined]),
      },
    )
  })

  test('AC-099 the policy has true', async () => {
    await judges(
      { ref_protected: true },
      {
        accepts: each('ref_protected', [true]),
        refuses: each('ref_protected', ['true', 1, [true], false, 'True', { true: true }, null]),
      },
    )
  })

  test('AC-100 the policy has a string, the token true', async () => {
    await judges(
      { ref_protected: 'true' },
      {
        accepts: each('ref_protected', ['true']),
        refuses: each('ref_protected', [true, 'True', 1]),
      },
    )
  })

  test('AC-100 the policy has a number, the token true', async () => {
    await judges(
      { run_no: 1 },
      { accepts: each('run_no', [1]), refuses: each('run_no', [true, '1', [1]]) },
    )
    await judges(
      { run_no: 0 },
      { accepts: each('run_no', [0]), refuses: each('run_no', [false, '', null, []]) },
    )
  })
})

describe('arrays', () => {
  test('AC-101 a scalar matcher never matches a list', async () => {
    const lists = [['acme/app'], ['evil/x', 'acme/app'], [['acme/app']], { 0: 'acme/app' }]
    const refuses = each('repository', lists)
    const accepts = each('repository', ['acme/app'])
    await judges({ repository: 'acme/app' }, { accepts, refuses })
    await judges({ repository: { any_of: ['acme/app', 'acme/api'] } }, { accepts, refuses })
    await judges(
      { ctx: { glob: 'acme/*' } },
      { accepts: each('ctx', ['acme/app']), refuses: each('ctx', lists) },
    )
  })

  test('AC-102 contains looks for an equal element of a list of strings', async () => {
    await judges(
      { groups: { contains: 'prod' } },
      {
        accepts: each('groups', [['dev', 'prod'], ['prod']]),
        refuses: each('groups', [
          'prod',
          'dev,prod',
          ['dev'],
          ['production'],
          ['PROD'],
          ['dev,prod'],
          [],
          [['prod']],
          ['prod', 1],
          ['prod', null],
          { 0: 'prod' },
          { prod: true },
          undefined,
        ]),
      },
    )
  })
})

describe('bytes', () => {
  test('AC-104 another case', async () => {
    await judges(
      { repository: 'acme/app' },
      {
        accepts: each('repository', ['acme/app']),
        refuses: each('repository', ['ACME/App', 'Acme/app', 'acme/APP']),
      },
    )
  })

  test('AC-105 spaces around', async () => {
    const spaces = [' ', '\u00a0', '\u2003', '\ufeff', '\u200b']
    const spaced = spaces.flatMap((space) => [`${space}acme/app`, `acme/app${space}`])
    await judges(
      { repository: 'acme/app' },
      {
        accepts: each('repository', ['acme/app']),
        refuses: each('repository', [...spaced, 'acme /app', 'acme%2Fapp', 'acme//app']),
      },
    )
  })

  const twins = [
    { name: 'the Kelvin sign', policy: 'kite', tokens: ['\u212aite', 'Kite', 'KITE'] },
    { name: 'the dotless i', policy: 'inci', tokens: ['\u0131nci', 'inc\u0131', '\u0130nci'] },
    { name: 'full-width letters', policy: 'acme', tokens: ['\uff41cme', 'ac\uff4de'] },
    { name: 'decomposed accents', policy: 'caf\u00e9', tokens: ['cafe\u0301', 'cafe'] },
    { name: 'a sharp s', policy: 'stra\u00dfe', tokens: ['strasse', 'stra\u1e9ee'] },
    { name: 'a ligature', policy: 'office', tokens: ['o\ufb03ce'] },
    { name: 'a Cyrillic letter', policy: 'acme', tokens: ['\u0430cme'] },
  ]
  test.each(twins)('AC-106 repository_owner with $name', async ({ policy, tokens }) => {
    await judges(
      { repository_owner: policy },
      {
        accepts: each('repository_owner', [policy]),
        refuses: each('repository_owner', tokens),
      },
    )
  })
})

describe('names', () => {
  test('AC-116 a dot in a name is a dot', async () => {
    await judges(
      { 'kubernetes.io': 'x' },
      {
        accepts: [{ 'kubernetes.io': 'x' }],
        refuses: [
          { kubernetes: { io: 'x' } },
          { kubernetes: { io: 'x' }, 'kubernetes.io': { '': 'x' } },
          { '/kubernetes.io': 'x' },
        ],
      },
    )
  })

  test('AC-117 a pointer walks into an object', async () => {
    await judges(
      { '/kubernetes.io/namespace': 'prod' },
      {
        accepts: [{ 'kubernetes.io': { namespace: 'prod', pod: { name: 'x' } } }],
        refuses: [
          { 'kubernetes.io': { namespace: 'dev' } },
          { 'kubernetes.io': { namespace: ['prod'] } },
          { 'kubernetes.io': 'prod' },
          { kubernetes: { io: { namespace: 'prod' } } },
          { 'kubernetes.io/namespace': 'prod' },
          { '/kubernetes.io/namespace': 'prod' },
          { namespace: 'prod' },
        ],
      },
    )
  })

  test('AC-118 escapes in a pointer', async () => {
    await judges(
      { '/a~1b': 'x' },
      { accepts: [{ 'a/b': 'x' }], refuses: [{ a: { b: 'x' } }, { 'a~1b': 'x' }] },
    )
    await judges(
      { '/a~0b/c': 'x' },
      { accepts: [{ 'a~b': { c: 'x' } }], refuses: [{ 'a~0b': { c: 'x' } }, { ab: { c: 'x' } }] },
    )
  })

  test('AC-118 a list is never indexed', async () => {
    await judges(
      { '/groups/0': 'prod' },
      {
        accepts: [{ groups: { 0: 'prod' } }],
        refuses: [{ groups: ['prod'] }, { groups: 'prod' }, { groups: [{ 0: 'prod' }] }],
      },
    )
    await judges(
      { '/groups/length': 1 },
      { accepts: [{ groups: { length: 1 } }], refuses: [{ groups: ['a'] }, { groups: 'a' }] },
    )
  })
})
