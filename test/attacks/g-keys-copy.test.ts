import { beforeEach, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { chill } from '../support/cold.ts'
import { expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { status } from '../support/issuer-faults.ts'
import { HONEST, mintAt, turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test', persistKv: true })

/** Where KV keeps the copy of F1's keys, as of its present version. */
let name: string

// One isolate has fetched F1's keys; another takes its place.
beforeEach(async () => {
  const { gateway, issuers, BR } = house()
  gateway.issuers.reset()
  await chill(house())
  await expectIssued(await gateway.token(BR()))
  const found = await vi.waitFor(async () => {
    const prefix = `keys:${issuers.a.id}:`
    const names = (await gateway.kv.keys()).filter((key) => key.startsWith(prefix))
    const version = Math.max(...names.map((key) => Number(key.slice(prefix.length))))
    expect(await gateway.kv.get(`${prefix}${version}`)).toContain(
      String(gateway.issuers.a.key.jwk.n),
    )
    return `${prefix}${version}`
  })
  name = found
  await gateway.restart()
  gateway.issuers.reset()
})

test('a copy in KV spares a new isolate the fetch', async () => {
  const { gateway, accepted, BT } = house()
  await accepted(BT())
  expect(gateway.issuers.requests).toEqual([])
})

test('a copy outlives the isolate, and the outage of its issuer', async () => {
  const { gateway, accepted, BT } = house()
  gateway.issuers.a.discovery.fault = status(500)
  await accepted(BT())
})

test('a copy of more than an hour ago is of no use (test entry: clock)', async () => {
  const { gateway, BR } = house()
  const { a } = gateway.issuers
  a.keySet.fault = status(500)
  const presentAt = async (seconds: number) => {
    await turn(gateway, { clockOffsetMs: seconds * 1000 })
    return gateway.token(BR({ subject_token: mintAt(a, seconds) }))
  }
  await expectIssued(await presentAt(3500))
  await gateway.restart()
  await expectU503(await presentAt(3700))
  await turn(gateway, HONEST)
  gateway.issuers.reset()
  await chill(house())
})

/** Swaps F1's modulus in the copy for that of F3, whose tokens would then be F1's. */
async function forge(tag: (honest: string) => string): Promise<void> {
  const { kv, issuers } = house().gateway
  const honest = String(await kv.get(name))
  const text = honest.slice(honest.indexOf('.') + 1)
  const forged = text.replace(String(issuers.a.key.jwk.n), String(issuers.evil.key.jwk.n))
  expect(forged).not.toBe(text)
  await kv.put(name, `${tag(honest)}${forged}`)
}

test.each([
  ['under the old tag', (honest: string) => honest.slice(0, honest.indexOf('.') + 1)],
  ['under no tag', () => ''],
  ['under an empty tag', () => '.'],
  ['under a tag of zeros', () => `${'A'.repeat(43)}.`],
])('a forged copy is a miss: %s', async (_, tag) => {
  const { gateway, BR, claims, accepted, BT } = house()
  const { a, evil } = gateway.issuers
  await forge(tag)
  const stranger = a.mint(claims(), { kid: 'a1' }, evil.key)
  await expectS400(await gateway.token(BR({ subject_token: stranger })))
  await accepted(BT())
  expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
})

test('the copy of another issuer is a miss, however authentic', async () => {
  const { gateway, issuers, BR, claims } = house()
  const { a, b } = gateway.issuers
  const theirs = await gateway.kv.get(`keys:${issuers.b.id}:1`)
  expect(theirs).toContain(String(b.key.jwk.n))
  await gateway.kv.put(name, String(theirs))
  const stranger = a.mint(claims(), {}, b.key)
  await expectS400(await gateway.token(BR({ subject_token: stranger })))
  expect([a.keySet.hits, b.hits()]).toEqual([1, 0])
})

test('a forged copy and an issuer that is down: an outage, no forgery', async () => {
  const { gateway, BR, claims } = house()
  const { a, evil } = gateway.issuers
  await forge((honest) => honest.slice(0, honest.indexOf('.') + 1))
  a.keySet.fault = status(500)
  const stranger = a.mint(claims(), { kid: 'a1' }, evil.key)
  await expectU503(await gateway.token(BR({ subject_token: stranger })))
  gateway.issuers.reset()
  await chill(house())
})
