import { describe, expect, it } from 'vitest'
import {
  isAtOrBelow,
  isName,
  isNamespacePath,
  lineOf,
  parentPath,
  tenantPath,
} from '../../src/core/namespace.ts'

describe('isName', () => {
  it.each(['a', '0', 'a-', 'acme-evil', '0-0', 'a'.repeat(63)])('takes %j', (text) => {
    expect(isName(text)).toBe(true)
  })

  it.each([
    '',
    '-a',
    'A',
    'aCme',
    'a_b',
    'a.b',
    'a/b',
    'a b',
    ' a',
    'a\n',
    'a\0',
    'é',
    'a%61',
    'a'.repeat(64),
  ])('refuses %j', (text) => {
    expect(isName(text)).toBe(false)
  })
})

describe('isNamespacePath', () => {
  it.each(['/acme', '/acme/payments', '/1/2/3/4/5/6/7/8', `/${'a'.repeat(63)}`])(
    'takes %j',
    (path) => {
      expect(isNamespacePath(path)).toBe(true)
    },
  )

  it.each([
    ['nothing', ''],
    ['the root', '/'],
    ['no slash at the start', 'acme'],
    ['a slash at the end', '/acme/'],
    ['an empty segment', '/acme//payments'],
    ['an empty first segment', '//acme'],
    ['nine segments', '/1/2/3/4/5/6/7/8/9'],
    ['a segment of 64', `/${'a'.repeat(64)}`],
    ['a capital letter', '/acme/Payments'],
    ['dots', '/acme/..'],
    ['percent-encoding', '/%61cme'],
    ['a backslash', '/acme\\payments'],
    ['a space before', ' /acme'],
    ['a newline after', '/acme\n'],
  ])('refuses %s', (_, path) => {
    expect(isNamespacePath(path)).toBe(false)
  })
})

describe('isAtOrBelow', () => {
  it.each([
    ['/', '/'],
    ['/acme', '/'],
    ['/acme/payments', '/'],
    ['/acme', '/acme'],
    ['/acme/payments', '/acme'],
    ['/acme/payments/eu', '/acme'],
    ['/acme/payments/eu', '/acme/payments'],
  ])('%s is at or below %s', (path, ancestor) => {
    expect(isAtOrBelow(path, ancestor)).toBe(true)
  })

  it.each([
    ['/', '/acme'],
    ['/acme', '/acme/payments'],
    ['/acme-evil', '/acme'],
    ['/acme', '/acme-evil'],
    ['/acme-evil/payments', '/acme'],
    ['/acme/payments-evil', '/acme/payments'],
    ['/acme/web', '/acme/payments'],
    ['/globex/acme', '/acme'],
    ['/globex', '/acme'],
  ])('%s is not at or below %s', (path, ancestor) => {
    expect(isAtOrBelow(path, ancestor)).toBe(false)
  })
})

describe.each([
  { path: '/', parent: '/', tenant: '/', line: ['/'] },
  { path: '/acme', parent: '/', tenant: '/acme', line: ['/acme', '/'] },
  {
    path: '/acme/payments',
    parent: '/acme',
    tenant: '/acme',
    line: ['/acme/payments', '/acme', '/'],
  },
  {
    path: '/acme/payments/eu',
    parent: '/acme/payments',
    tenant: '/acme',
    line: ['/acme/payments/eu', '/acme/payments', '/acme', '/'],
  },
])('$path', ({ path, parent, tenant, line }) => {
  it(`has the parent ${parent}`, () => {
    expect(parentPath(path)).toBe(parent)
  })

  it(`belongs to ${tenant}`, () => {
    expect(tenantPath(path)).toBe(tenant)
  })

  it('has a line to the root, itself first', () => {
    expect(lineOf(path)).toEqual(line)
  })

  it('is at or below all of its line', () => {
    expect(line.filter((ancestor) => isAtOrBelow(path, ancestor))).toEqual(line)
  })
})
