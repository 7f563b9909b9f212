import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import type { Account } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()

const ALLOWED = 'repo:acme/app:ref:refs/heads/main'
const IDS = { repository_id: '1001', repository_owner_id: '501' }

// Binds the ids alone, so that nothing but the rule about `sub` can refuse a token's `sub`.
let anySubject: Account

beforeAll(async () => {
  const { gateway, account } = house()
  const policy = policyP0(gateway.issuers.a.url, { bound_claims: IDS })
  anySubject = await account('any-subject', { policies: [policy] })
})

/** Signs a payload of exactly these bytes by F1's key. */
function signed(payload: unknown): string {
  const header = { alg: 'RS256', kid: 'a1', typ: 'JWT' }
  return house().gateway.issuers.a.sign({ header, payload })
}

/** The baseline payload as text, with further members written as they are. */
function text(members: string, overrides: Claims = {}): string {
  const honest = JSON.stringify(house().claims(overrides))
  return `${honest.slice(0, -1)},${members}}`
}

describe('duplicate members', () => {
  test('AC-043 sub twice, the allowed one last or first', async () => {
    const [evil, allowed] = ['"sub":"repo:evil/app:ref:refs/heads/main"', `"sub":"${ALLOWED}"`]
    for (const members of [`${evil},${allowed}`, `${allowed},${evil}`, `${allowed},${allowed}`]) {
      await house().refused(signed(text(members, { sub: undefined })))
    }
    await house().refused(signed(text(`"s\\u0075b":"${ALLOWED}"`)))
    await house().accepted(signed(text(allowed, { sub: undefined })))
  })

  test('AC-045 a duplicate deep inside an unrelated claim', async () => {
    await house().refused(signed(text('"x":{"y":[{"z":1,"z":1}]}')))
    await house().accepted(signed(text('"x":{"y":[{"z":1},{"z":1}]}')))
  })
})

describe('encoding', () => {
  test('AC-046 a byte-order mark', async () => {
    await house().refused(signed(`\ufeff${JSON.stringify(house().claims())}`))
  })

  test('AC-047 invalid UTF-8, and UTF-16', async () => {
    const honest = JSON.stringify(house().claims({ x: '?' }))
    const at = honest.indexOf('"?"') + 1
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      const [before, after] = [honest.slice(0, at), honest.slice(at + 1)]
      const payload = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
      await house().refused(signed(payload))
    }
    await house().refused(signed(Buffer.from(honest, 'utf16le')))
    await house().refused(signed(Buffer.from(`\ufeff${honest}`, 'utf16le')))
    await house().accepted(signed(honest))
  })

  const controls = ['\u0000', '\u001b', '\r\n', '\u007f', '\ud800']
  test.each(controls)('AC-049 sub with %j', async (control) => {
    for (const sub of [`${ALLOWED}${control}`, `repo:acme/app${control}:ref:refs/heads/main`]) {
      await house().refused(house().BT({ sub }))
      await house().refused(house().BT({ sub }), anySubject)
    }
  })

  test('AC-050 sub with a trailing newline', async () => {
    await house().refused(house().BT({ sub: `${ALLOWED}\n` }))
    await house().refused(house().BT({ sub: `${ALLOWED}\n` }), anySubject)
  })
})

describe('prototypes', () => {
  const without = { repository_id: undefined, repository_owner_id: undefined }

  test('AC-051 bound claims inside __proto__', async () => {
    const members = `"__proto__":${JSON.stringify(IDS)}`
    await house().refused(signed(text(members, without)))
    await house().refused(signed(text(members, { repository_id: undefined })))
  })

  test('AC-052 bound claims inside constructor.prototype, and afterwards', async () => {
    const members = `"constructor":{"prototype":${JSON.stringify(IDS)}}`
    await house().refused(signed(text(members, without)))
    await house().refused(signed(text(`"prototype":${JSON.stringify(IDS)}`, without)))
    await house().refused(house().BT({ repository_id: undefined }))
  })
})

describe('limits', () => {
  test('AC-053 nesting', async () => {
    const nested = (depth: number): string => `"x":${'['.repeat(depth)}${']'.repeat(depth)}`
    await house().refused(signed(text(nested(17))))
    await house().refused(signed(text(`"x":${'{"y":'.repeat(17)}1${'}'.repeat(17)}`)))
    await house().refused(signed(text(nested(5_600))))
    await house().accepted(signed(text(nested(8))))
  })

  test('AC-054 600 extra claims', async () => {
    const extra = (count: number): Claims =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, at]))
    const token = house().BT(extra(600))
    expect(token.length).toBeLessThan(16_384)
    await house().refused(token)
    await house().accepted(house().BT(extra(400)))
  })

  test('AC-058 sub of 2 000 characters that the pattern would match', async () => {
    const branch = (length: number): string => {
      const sub = 'repo:acme/app:ref:refs/heads/'
      return sub + 'a'.repeat(length - sub.length)
    }
    await house().refused(house().BT({ sub: branch(2000) }))
    await house().refused(house().BT({ sub: branch(2000) }), anySubject)
    await house().refused(house().BT({ sub: branch(1025) }))
    await house().accepted(house().BT({ sub: branch(1024) }))
  })
})

describe('types', () => {
  const subjects = [undefined, null, '', 7, true, [ALLOWED], { '0': ALLOWED }]
  test.each(rows(subjects))('AC-055 sub %j', async (sub) => {
    await house().refused(house().BT({ sub }))
    await house().refused(house().BT({ sub }), anySubject)
  })

  test('AC-056 iss that is no string', async () => {
    const { url } = house().gateway.issuers.a
    for (const iss of [[url], 7, { '0': url }, null, undefined, true]) {
      await house().refused(house().BT({ iss }))
    }
  })

  test.each(['[]', '"x"', '1', 'null', 'true', ''])('AC-057 payload %s', async (payload) => {
    await house().refused(signed(payload))
  })

  const handles = [7, { a: 1 }, ['x'], null, '', true]
  test.each(rows(handles))('AC-059 jti %j', async (jti) => {
    await house().refused(house().BT({ jti }))
  })
})
