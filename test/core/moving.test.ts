import { describe, expect, it } from 'vitest'
import { leftBehind, refuseMove } from '../../src/core/moving.ts'

describe('what a namespace leaves behind', () => {
  it.each([
    ['/acme/a', '/acme/b', []],
    ['/acme/a', '/acme/x/a', []],
    ['/acme/x/a', '/acme/a', ['/acme/x']],
    ['/acme/x/y/a', '/acme/x/z/a', ['/acme/x/y']],
    ['/acme/x/y/a', '/acme/w/a', ['/acme/x/y', '/acme/x']],
    ['/acme/x/a', '/acme/xx/a', ['/acme/x']],
  ] as const)('from %s to %s', (from, to, left) => {
    expect(leftBehind({ from, to })).toEqual(left)
  })
})

describe('where it can be moved', () => {
  it.each([
    ['/acme/a', '/acme/b'],
    ['/acme/a', '/acme/ab/c'],
    ['/acme/x/a', '/acme/a'],
    ['/acme/a', '/acme/a'],
  ])('from %s to %s', (from, to) => {
    expect(refuseMove({ from, to })).toBeNull()
  })

  it.each([
    ['/', '/acme'],
    ['/acme', '/other'],
    ['/acme', '/globex/acme'],
    ['/acme/a', '/globex/a'],
    ['/acme/a', '/a'],
    ['/acme/a', '/acme'],
    ['/acme/a', '/'],
    ['/acme/a', '/acme-evil/a'],
    ['/acme/a', '/acme/a/b'],
    ['/acme/a', '/acme/B'],
    ['/acme/a', '/acme//b'],
    ['/acme/a', '/acme/b/'],
    ['/acme/a', '/acme/1/2/3/4/5/6/7/8'],
  ])('not from %s to %s', (from, to) => {
    expect(refuseMove({ from, to })?.slug).toBe('validation-failed')
  })
})
