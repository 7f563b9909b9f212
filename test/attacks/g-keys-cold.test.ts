import { afterEach, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS } from '../support/baseline.ts'
import { chill, withinBound } from '../support/cold.ts'
import { expectIssued, expectU503 } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import type { Gateway } from '../support/gateway.ts'
import {
  body,
  cut,
  drip,
  endless,
  type Fault,
  garbage,
  gzipBomb,
  hang,
  oversize,
  redirect,
  refuse,
  reply,
  status,
} from '../support/issuer-faults.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()

afterEach(async () => {
  house().gateway.issuers.reset()
  await chill(house())
})

/** Makes the keys cold and the counters zero; then F1 may misbehave. */
async function cold(): Promise<Gateway['issuers']> {
  const { issuers } = house().gateway
  await chill(house())
  issuers.reset()
  return issuers
}

/** Presents BT at a door. */
function present(door: (typeof DOORS)[number]): Promise<Response> {
  const { gateway, deployer, BT } = house()
  return gateway.token({ ...door.form(BT()), client_id: deployer.client_id, resource: API_1 })
}

/** Expects U503 at both doors for cold keys whose key set misbehaves; it is asked once. */
async function expectOutage(fault: Fault): Promise<void> {
  const { a } = await cold()
  a.keySet.fault = fault
  for (const door of DOORS) await expectU503(await withinBound(present(door)))
  expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
}

describe('cold, and the key set', () => {
  test.each([301, 302, 303, 307, 308])('AC-148 redirects on its own host (%i)', async (code) => {
    await expectOutage(redirect(`${house().gateway.issuers.a.url}/moved/jwks`, code))
  })

  test('AC-147 redirects to F3', async () => {
    const { evil } = house().gateway.issuers
    await expectOutage(redirect(`${evil.url}/jwks`))
    expect(evil.hits()).toBe(0)
  })

  test('AC-150 is larger than 64 KiB', () => expectOutage(oversize()))

  test('AC-150 is 64 KiB at most', async () => {
    const { gateway, BR } = house()
    const { a } = await cold()
    const honest = JSON.stringify({ keys: a.keys })
    a.keySet.fault = body(honest + ' '.repeat(65_536 - honest.length))
    await expectIssued(await gateway.token(BR()))
    await chill(house())
    a.keySet.fault = body(honest + ' '.repeat(65_537 - honest.length))
    await expectU503(await gateway.token(BR()))
  })

  test('AC-150 never ends: the Worker hangs up', async () => {
    let hungUp = false
    await expectOutage((request, response, honest) => {
      response.on('close', () => {
        hungUp = true
      })
      endless()(request, response, honest)
    })
    await expect.poll(() => hungUp).toBe(true)
  })

  test('AC-151 expands to 50 MB', () => expectOutage(gzipBomb()))

  test('AC-152 never answers', () => expectOutage(hang()))

  test('AC-152 answers one byte per second', () => expectOutage(drip(1000)))

  test('AC-152 answers a byte every 20 ms, for longer than 3 s', () => expectOutage(drip(20)))

  test.each(rows([500, 503, 404, 204, 206]))('AC-153 answers %i', (code) =>
    expectOutage(status(code)),
  )

  test.each(rows([203, 206, 404, 500, 503]))('AC-153 answers %i with a good key set', (code) =>
    expectOutage((_, response, honest) => reply(response, code, honest)),
  )

  test('AC-153 refuses the connection', () => expectOutage(refuse()))

  test('AC-153 breaks off in the middle', () => expectOutage(cut()))

  test.each([
    ['text', garbage.text],
    ['HTML', garbage.html],
    ['nothing', garbage.empty],
    ['null', garbage.null],
    ['an array', garbage.array],
    ['keys that are no array', garbage.keysObject],
    ['no keys', garbage.noKeys],
    ['bytes that are no UTF-8', body(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))],
  ])('AC-156 answers %s', (_, fault) => expectOutage(fault))
})

describe('cold, and discovery', () => {
  test.each([
    ['answers 500', status(500)],
    ['redirects to F3', redirect('https://issuer-evil.test/.well-known/openid-configuration')],
    ['never answers', hang()],
    ['is garbage', garbage.html],
    ['never ends', endless()],
  ])('AC-153 %s', async (_, fault) => {
    const { a, evil } = await cold()
    a.discovery.fault = fault
    for (const door of DOORS) await expectU503(await withinBound(present(door)))
    expect([a.discovery.hits, a.keySet.hits, evil.hits()]).toEqual([1, 0, 0])
  })

  test.each(
    rows([
      'http://issuer-a.test/jwks',
      'https://issuer-evil.test/jwks',
      'https://issuer-a.test.issuer-evil.test/jwks',
      'https://issuer-a.test@issuer-evil.test/jwks',
      'https://issuer-a.test:8443/jwks',
      'https://169.254.169.254/jwks',
      'file:///etc/passwd',
      'https://issuer-a.test/jwks?tenant=acme',
    ]),
  )('AC-145 names the key set %s, after it was registered honestly', async (uri) => {
    const { a, requests } = await cold()
    a.document.jwks_uri = uri
    for (const door of DOORS) await expectU503(await present(door))
    const discovery = `${a.url}/.well-known/openid-configuration`
    expect(requests.map(({ url }) => url)).toEqual([discovery])
  })

  test.each(rows(['https://issuer-evil.test', 'https://issuer-a.test/', undefined, ['x']]))(
    'AC-144 calls itself %j, after it was registered honestly',
    async (issuer) => {
      const { a } = await cold()
      a.document.issuer = issuer
      for (const door of DOORS) await expectU503(await present(door))
      expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 0])
    },
  )
})

// Where a name leads is the platform's business: a Worker cannot look, and workerd lets it reach
// public addresses only. What the gateway owes is shown here: it asks for names, on 443, by https,
// and a name that has become unreachable is an outage.
test('AC-149 the host resolves to an internal address later', async () => {
  const { a, requests } = await cold()
  a.discovery.fault = refuse()
  for (const door of DOORS) await expectU503(await withinBound(present(door)))
  expect(requests.map(({ url }) => url)).toEqual([`${a.url}/.well-known/openid-configuration`])
})

test('AC-154 warm and fresh, then the key set answers 500', async () => {
  const { gateway, BR, accepted, BT } = house()
  const { a } = await cold()
  await expectIssued(await gateway.token(BR()))
  a.keySet.fault = status(500)
  a.discovery.fault = status(500)
  await accepted(BT())
  expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
})
