import { describe, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { makeRsaKey } from '../support/keys.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()

const HOUR = 3600
const DAY = 24 * HOUR

/** Refuses the baseline token with these times, given relative to now. */
async function refused(times: Record<string, number>): Promise<void> {
  await house().refused(house().BT(absolute(times)))
}

/** Accepts the baseline token with these times, given relative to now. */
async function accepted(times: Record<string, number>): Promise<void> {
  await house().accepted(house().BT(absolute(times)))
}

function absolute(times: Record<string, number>): Record<string, number> {
  const at = now()
  return Object.fromEntries(Object.entries(times).map(([name, offset]) => [name, at + offset]))
}

const nonNumbers = ['soon', '1795300000', null, true, [], {}, [1795300000]]

describe('exp', () => {
  test('AC-060 absent', async () => {
    await house().refused(house().BT({ exp: undefined }))
  })

  test.each(rows(nonNumbers))('AC-061 exp %j', async (exp) => {
    await house().refused(house().BT({ exp }))
  })

  test('AC-062 over by more than the skew, and by less', async () => {
    await refused({ iat: -300, nbf: -300, exp: -40 })
    await accepted({ iat: -300, nbf: -300, exp: -20 })
  })

  test('AC-064 the year 9999, and milliseconds', async () => {
    await house().refused(house().BT({ exp: 253_402_300_799 }))
    await house().refused(house().BT({ exp: (now() + 300) * 1000 }))
    const { a } = house().gateway.issuers
    const infinite = JSON.stringify(house().claims()).replace(/"exp":\d+/, '"exp":1e999')
    await house().refused(a.sign({ header: { alg: 'RS256', kid: 'a1' }, payload: infinite }))
  })

  test.each([0, -1])('AC-065 exp %i', async (exp) => {
    await house().refused(house().BT({ exp }))
    await house().refused(house().BT({ exp, iat: exp - 10, nbf: exp - 10 }))
  })

  test('AC-066 a fraction of a second', async () => {
    await accepted({ exp: 300.5 })
    await accepted({ iat: -0.5, nbf: -0.5, exp: 300.25 })
  })
})

describe('iat', () => {
  test('AC-067 absent', async () => {
    await house().refused(house().BT({ iat: undefined }))
  })

  test('AC-068 in the future, within the skew and beyond', async () => {
    await accepted({ iat: 20 })
    await refused({ iat: 120 })
  })

  test('AC-069 25 hours ago', async () => {
    await refused({ iat: -25 * HOUR, nbf: -25 * HOUR, exp: HOUR })
    await refused({ iat: -25 * HOUR, nbf: -25 * HOUR, exp: 60 })
  })

  test("AC-069 older than the issuer's own limit", async () => {
    const options = { key: await makeRsaKey('old'), maxTokenAgeSeconds: HOUR }
    const { account, mint } = await house().special('one-hour', options)
    const aged = (age: number): string => mint(absolute({ iat: -age, nbf: -age, exp: 60 }))
    await house().accepted(aged(HOUR - 60), account)
    await house().refused(aged(HOUR + 60), account)
  })

  test.each(rows([-1, 0, null, 'now', [], true]))('AC-070 iat %j', async (iat) => {
    await house().refused(house().BT({ iat }))
  })

  test('AC-075 a life of more than a day', async () => {
    await refused({ exp: DAY + 60 })
    await accepted({ exp: DAY - 60 })
  })
})

describe('nbf', () => {
  test('AC-072 in the future, within the skew and beyond, and of another type', async () => {
    await accepted({ nbf: 20 })
    await refused({ nbf: 120 })
    for (const nbf of [...nonNumbers, -1]) await house().refused(house().BT({ nbf }))
  })

  test('AC-073 a window that closes before it opens', async () => {
    await refused({ nbf: 25, exp: 5 })
    await refused({ iat: 25, nbf: 0, exp: 5 })
    await accepted({ nbf: 5, exp: 25 })
  })

  test('AC-074 absent', async () => {
    await house().accepted(house().BT({ nbf: undefined }))
  })
})
