import { expect, it } from 'vitest'
import { firstIdAt, timeOfId } from '../../src/core/id-time.ts'

it.each([0, 1, 31, 32, 1_800_000_000_000, 32 ** 10 - 1])('an id made at %i says so', (at) => {
  expect(timeOfId(firstIdAt('cli', at))).toBe(at)
  expect(timeOfId(`${firstIdAt('role', at)}0123456789abcdef`)).toBe(at)
})

it('ids sort by the time of their making', () => {
  const times = [0, 9, 10, 31, 32, 1023, 1024, 1_799_999_999_999, 1_800_000_000_000]
  const ids = times.map((at) => firstIdAt('dec', at))
  expect([...ids].sort()).toEqual(ids)
})
