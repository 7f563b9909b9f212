import { asc, type SQL } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import {
  all,
  atOrAboveAny,
  after as goingOn,
  inOrder,
  reachOf,
  whereVisible,
  withinAny,
} from '../../src/store/page.ts'
import { namespaces } from '../../src/store/schema/tree.ts'
import { useDatabase } from './database.ts'
import { namespace, tree } from './tree.ts'

const database = useDatabase(...tree, namespace('ns_acme-evil-pay', '/acme-evil/payments'))

/** The paths of the tree that a condition selects. */
const paths = async (condition: SQL | undefined, order: SQL = asc(namespaces.path)) =>
  (
    await database()
      .db.orm.select({ path: namespaces.path })
      .from(namespaces)
      .where(condition)
      .orderBy(order)
  ).map(({ path }) => path)
const everything = [
  '/',
  '/acme',
  '/acme-evil',
  '/acme-evil/payments',
  '/acme/payments',
  '/acme/payments/eu',
  '/acme/web',
  '/globex',
]

it('the tree of these tests is this', async () => {
  expect(await paths(undefined)).toEqual(everything)
})

describe('withinAny', () => {
  it.each<[string[], string[]]>([
    [['/'], everything],
    [['/globex', '/'], everything],
    [['/acme'], ['/acme', '/acme/payments', '/acme/payments/eu', '/acme/web']],
    [['/acme-evil'], ['/acme-evil', '/acme-evil/payments']],
    [['/acme/payments'], ['/acme/payments', '/acme/payments/eu']],
    [['/acme/payments/eu'], ['/acme/payments/eu']],
    [
      ['/globex', '/acme/payments'],
      ['/acme/payments', '/acme/payments/eu', '/globex'],
    ],
    [
      ['/acme/payments', '/acme/payments/eu'],
      ['/acme/payments', '/acme/payments/eu'],
    ],
    [['/acme/pay'], []],
    [['/ac'], []],
    [['/payments'], []],
    [['/ACME'], []],
    [['/acme/'], []],
    [['/%'], []],
    [['/acme_evil'], []],
    [["/' OR 1=1 --"], []],
    [[], []],
  ])('of %j selects whole segments', async (places, expected) => {
    expect(await paths(withinAny(namespaces.path, places))).toEqual(expected)
  })
})

describe('atOrAboveAny', () => {
  it.each<[string[], string[]]>([
    [['/'], ['/']],
    [['/acme'], ['/', '/acme']],
    [['/acme/payments/eu'], ['/', '/acme', '/acme/payments', '/acme/payments/eu']],
    [
      ['/acme-evil/payments', '/globex'],
      ['/', '/acme-evil', '/acme-evil/payments', '/globex'],
    ],
    [['/nobody/here'], ['/']],
    [[], []],
  ])('of %j selects their lines', async (places, expected) => {
    expect(await paths(atOrAboveAny(namespaces.path, places))).toEqual(expected)
  })
})

describe('whereVisible', () => {
  const query = { places: ['/acme/payments'], within: undefined }

  it.each<[string, Partial<Parameters<typeof whereVisible>[1]>, string[]]>([
    ['all that is visible', {}, ['/', '/acme', '/acme/payments', '/acme/payments/eu']],
    ['a subtree of it', { within: '/acme/payments' }, ['/acme/payments', '/acme/payments/eu']],
    ['nothing of a foreign subtree', { within: '/globex' }, []],
    ['nothing without places', { places: [] }, []],
  ])('selects %s', async (_, change, expected) => {
    expect(await paths(whereVisible(namespaces.path, { ...query, ...change }))).toEqual(expected)
  })
})

describe('reachOf', () => {
  it.each<[string[], string | undefined, string[]]>([
    [['/acme/payments'], undefined, ['/acme/payments', '/acme/payments/eu']],
    [['/acme/payments'], '/acme', ['/acme/payments', '/acme/payments/eu']],
    [['/acme'], '/acme/payments/eu', ['/acme/payments/eu']],
    [['/acme', '/globex'], '/globex', ['/globex']],
    [['/'], '/acme-evil', ['/acme-evil', '/acme-evil/payments']],
    [['/acme/payments'], '/acme/web', []],
    [['/acme'], '/acme-evil', []],
    [['/acme'], '', ['/acme', '/acme/payments', '/acme/payments/eu', '/acme/web']],
    [[], '/acme', []],
  ])('of %j within %j', async (places, within, expected) => {
    expect(await paths(reachOf(namespaces.path, { places, within }))).toEqual(expected)
  })
})

describe('pages', () => {
  it('begin at the start', () => {
    expect(goingOn(namespaces.id, null)).toBeUndefined()
  })

  it('go on after an id, in the order of ids', async () => {
    expect(await paths(goingOn(namespaces.id, 'ns_eu'), inOrder(namespaces.id))).toEqual([
      '/globex',
      '/acme/payments',
      '/',
      '/acme/web',
    ])
  })

  it('of two conditions want both, and of those that are not set nothing', async () => {
    const both = all(
      withinAny(namespaces.path, ['/acme']),
      undefined,
      goingOn(namespaces.id, 'ns_eu'),
    )
    expect(await paths(both)).toEqual(['/acme/payments', '/acme/web'])
    expect(await paths(all(undefined, undefined))).toEqual(everything)
  })
})
