import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, policyP0 } from '../support/baseline.ts'
import { chill, withinBound } from '../support/cold.ts'
import { expectB400, expectC401, expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import type { DatabaseMode } from '../support/faulty-database.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import {
  drip,
  endless,
  type Fault,
  garbage,
  gzipBomb,
  hang,
  oversize,
  redirect,
  refuse,
  status,
} from '../support/issuer-faults.ts'
import { FORM, rawRequests, TOKEN_PATH } from '../support/raw-requests.ts'
import { issuedCount, snapshot } from '../support/snapshot.ts'

const house = useHouse({ faultyDatabase: true })
const { post, bytes } = rawRequests(house)

let once: Account

beforeAll(async () => {
  const { account, gateway } = house()
  once = await account('once', {
    policies: [policyP0(gateway.issuers.a.url, { replay: 'single_use' })],
  })
})

afterEach(() => house().gateway.database.set('pass'))

function present(token: string, account: Account = once): Promise<Response> {
  const { gateway, BR } = house()
  return gateway.token(BR({ subject_token: token, client_id: account.client_id }))
}

describe('forms', () => {
  const CC = 'grant_type=client_credentials'

  /** Posts a body and expects that nothing came of it. */
  async function refused(body: string | Uint8Array<ArrayBuffer>, code: string): Promise<void> {
    const { gateway } = house()
    const before = await snapshot(gateway)
    const response = await post(body, FORM)
    await (code === 'invalid_client' ? expectC401(response) : expectB400(response, code))
    expect(await snapshot(gateway)).toEqual(before)
  }

  const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

  test.each<[string, string | Uint8Array<ArrayBuffer>, string]>([
    ['nothing', '', 'invalid_request'],
    ['separators', '&&&&====&&', 'invalid_request'],
    ['a percent sign', '%', 'invalid_request'],
    ['broken escapes', '%zz=%&%1', 'invalid_request'],
    ['a name alone', 'grant_type', 'invalid_request'],
    ['an escape cut short', 'grant_type=%', 'invalid_request'],
    ['NUL', `${CC}%00&client_id=x`, 'unsupported_grant_type'],
    ['brackets', 'grant_type[]=client_credentials', 'invalid_request'],
    ['a byte-order mark', `\ufeff${CC}`, 'invalid_request'],
    ['bytes that are no UTF-8', latin1(`${CC}&client_id=\xff\xfe`), 'invalid_request'],
    ['escapes that are no UTF-8', `${CC}&client_id=%ff%fe&client_secret=%c0%af`, 'invalid_request'],
    ['an overlong encoding', latin1(`${CC}&client_id=\xc0\xaf`), 'invalid_request'],
    ['JSON', JSON.stringify({ grant_type: 'client_credentials' }), 'invalid_request'],
    [
      '65 parameters',
      `${CC}&${Array.from({ length: 64 }, (_, i) => `p${i}=x`).join('&')}`,
      'invalid_request',
    ],
    ['one name of 30 KiB', `${'n'.repeat(30_000)}=1`, 'invalid_request'],
    ['no client', CC, 'invalid_client'],
    [
      'a client of 30 KiB',
      `${CC}&client_id=${'c'.repeat(30_000)}&client_secret=x`,
      'invalid_client',
    ],
    [
      'a secret of 30 KiB',
      `${CC}&client_id=x&client_secret=${'s'.repeat(30_000)}`,
      'invalid_client',
    ],
    ['names of objects', `${CC}&client_id=__proto__&client_secret=constructor`, 'invalid_client'],
  ])('%s', (_, body, code) => refused(body, code))

  test.each([
    'Basic',
    'Basic ',
    'Basic ====',
    'Basic !!!!',
    `Basic ${Buffer.from('no colon').toString('base64')}`,
    `Basic ${Buffer.from(':').toString('base64')}`,
    `Basic ${Buffer.from('%zz:%zz').toString('base64')}`,
    `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')}`,
    `Basic ${'QQ'.repeat(4000)}`,
    'Bearer x',
    'Digest username="x"',
    'é',
  ])('Authorization: %s', async (authorization) => {
    const { gateway } = house()
    const headers = { authorization }
    await expectC401(await gateway.token({ grant_type: 'client_credentials' }, { headers }))
  })

  test('a body that breaks off', async () => {
    const { gateway } = house()
    const issued = await issuedCount(gateway)
    const half = bytes().slice(0, 100)
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(half),
      pull: (controller) => controller.error(new Error('gone')),
    })
    const init = { method: 'POST', headers: { 'content-type': FORM }, body, duplex: 'half' }
    await expect(gateway.fetch(TOKEN_PATH, init as RequestInit)).rejects.toThrow()
    expect(await issuedCount(gateway)).toBe(issued)
  })
})

describe('tokens that nobody signed', () => {
  test.each([
    ['16 KiB of dots', '.'.repeat(16_384)],
    ['16 KiB of letters', 'a'.repeat(16_384)],
    ['32 000 dots', '.'.repeat(32_000)],
    ['5 000 segments', 'YQ.'.repeat(5000)],
    ['braces', '{}.{}.{}'],
    ['spaces', ' . . '],
    ['NUL', '\0'],
    ['emoji', '😀.😀.😀'],
  ])('%s', async (_, token) => {
    const before = await snapshot(house().gateway)
    await house().refused(token, once)
    expect(await snapshot(house().gateway)).toEqual(before)
  })
})

describe('tokens that F1 signed', () => {
  const deep = (depth: number, [open, close]: readonly [string, string]) =>
    `${open.repeat(depth)}1${close.repeat(depth)}`
  const beside = (member: string) => (claims: string) => claims.replace(/}$/, `,${member}}`)

  test.each<[string, (claims: string) => string | Uint8Array]>([
    ['5 000 arrays deep', beside(`"x":${deep(2500, ['[', ']'])}`)],
    ['1 000 objects deep', beside(`"x":${deep(1000, ['{"a":', '}'])}`)],
    ['17 deep', beside(`"x":${deep(17, ['[', ']'])}`)],
    ['arrays that never close', (claims) => claims.replace(/}$/, `,"x":${'['.repeat(5000)}`)],
    ['600 members', beside(Array.from({ length: 600 }, (_, i) => `"m${i}":1`).join(','))],
    ['a member twice', beside('"sub":"repo:acme/app:ref:refs/heads/main"')],
    ['a member twice, once escaped', beside('"s\\u0075b":"repo:acme/app:ref:refs/heads/main"')],
    ['Infinity', (claims) => claims.replace(/"exp":\d+/, '"exp":1e999')],
    ['an array', (claims) => `[${claims}]`],
    ['a string', (claims) => JSON.stringify(claims)],
    ['null', () => 'null'],
    ['no JSON', () => 'claims'],
    ['cut short', (claims) => claims.slice(0, -1)],
    ['a byte-order mark', (claims) => `\ufeff${claims}`],
    ['no UTF-8', (claims) => Buffer.concat([Buffer.from(claims), Buffer.from([0xff])])],
    ['UTF-16', (claims) => Buffer.from(claims, 'utf16le')],
    ['NUL in sub', (claims) => claims.replace('heads/main', 'heads/\\u0000')],
    ['half a surrogate in sub', (claims) => claims.replace('heads/main', 'heads/\\ud800')],
    ['an issuer of its own', beside('"__proto__":{"iss":"https://issuer-a.test"}')],
  ])('%s', async (name, spoil) => {
    const { gateway, claims, refused } = house()
    const { a } = gateway.issuers
    const issued = await issuedCount(gateway)
    const header = { alg: 'RS256', kid: 'a1', typ: 'JWT' }
    const token = a.sign({ header, payload: spoil(JSON.stringify(claims())) })
    // A member that nobody asks for does no harm, whatever it is called.
    if (name.startsWith('an issuer')) await house().accepted(token)
    else await refused(token, once)
    expect(await issuedCount(gateway)).toBe(name.startsWith('an issuer') ? issued + 2 : issued)
  })
})

describe('keys out of reach', () => {
  const evil = 'https://issuer-evil.test/jwks'

  test.each<[string, Fault]>([
    ['hang', hang()],
    ['drip', drip()],
    ['redirect', redirect(evil)],
    ['redirect for ever', redirect('https://issuer-a.test/jwks', 308)],
    ['lie in HTML', garbage.html],
    ['lie in JSON', garbage.keysObject],
    ['fail', status(500)],
    ['refuse', refuse()],
    ['are 50 MB', oversize(50_000_000)],
    ['are 50 MB in 50 KB', gzipBomb()],
    ['never end', endless()],
  ])('keys and discovery that %s: the token is good later', async (_, fault) => {
    const { gateway, BT } = house()
    const { a } = gateway.issuers
    const issued = await issuedCount(gateway)
    for (const surface of [a.keySet, a.discovery]) {
      await chill(house())
      const token = BT()
      surface.fault = fault
      await expectU503(await withinBound(present(token)))
      surface.fault = null
      await chill(house())
      await expectIssued(await present(token))
      await expectS400(await present(token))
    }
    expect(await issuedCount(gateway)).toBe(issued + 2)
    expect(gateway.issuers.evil.hits()).toBe(0)
  })
})

describe('a database that keeps its answers to itself', () => {
  const claims = { when: (body: string) => /insert into decisions/i.test(body) }
  const lossy: DatabaseMode[] = ['lose-reply', 'hang-after-commit', 'truncate']

  test.each(DOORS.flatMap((door) => lossy.map((mode) => ({ name: door.name, mode, door }))))(
    '$name: one lost answer ($mode) is recognised as our own',
    async ({ mode, door }) => {
      const { gateway, BT, refused } = house()
      const issued = await issuedCount(gateway)
      const token = BT()
      const form = { ...door.form(token), client_id: once.client_id, resource: API_1 }
      gateway.database.set(mode, { ...claims, times: 1 })
      await expectIssued(await withinBound(gateway.token(form)))
      await refused(token, once)
      expect(await issuedCount(gateway)).toBe(issued + 1)
    },
  )

  test('the claim commits long after it was given up: the token is good later', async () => {
    const { gateway, BT, refused } = house()
    const issued = await issuedCount(gateway)
    const token = BT()
    const faults = gateway.database.faults()
    // Two attempts of 2 s each; both reach the database 3 s after they were sent.
    gateway.database.set('slow', { ...claims, times: 2, delayMs: 3000 })
    await expectU503(await withinBound(present(token)))
    expect(gateway.database.faults()).toBe(faults + 2)
    // By then both attempts have arrived.
    await sleep(3500)
    await vi.waitFor(async () => expect((await present(token)).status).toBe(200), {
      timeout: 20_000,
      interval: 1000,
    })
    await refused(token, once)
    await expect.poll(() => issuedCount(gateway), { timeout: 10_000 }).toBe(issued + 1)
  })
})
