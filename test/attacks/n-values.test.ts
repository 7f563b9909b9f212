import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import type { Claims } from '../support/issuer.ts'
import { rows } from '../support/rows.ts'
import { saving } from '../support/saving.ts'

const house = useHouse()
const { path, save, saved, unsaved } = saving(house)

const IDS = { repository_id: '1001', repository_owner_id: '501' }

const ctx = (value: unknown): Claims => ({ bound_claims: { ...IDS, ctx: value } })

/** Posts a body of exactly these bytes. */
async function post(body: string): Promise<Response> {
  const { gateway } = house()
  return gateway.fetch(`/admin/v1${path()}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.rootToken()}`,
      'content-type': 'application/json',
    },
    body,
  })
}

describe('cost', () => {
  test('AC-314 nine wildcards; a pattern of 300 characters', async () => {
    const [most, long] = [`x/${'a*'.repeat(8)}`, `x/${'a'.repeat(253)}*`]
    expect(long).toHaveLength(256)
    for (const glob of [most, long]) await saved(ctx({ glob }))
    const refused = [
      `x/${'a*'.repeat(9)}`,
      `x/${'a**'.repeat(9)}`,
      `${long.slice(0, -1)}a*`,
      `x/${'a'.repeat(297)}*`,
      'x/***',
    ]
    for (const glob of refused) {
      for (const matcher of [{ glob }, { not: { glob } }, { any_of: ['x', { glob }] }]) {
        await unsaved(ctx(matcher), ['unsafe-wildcard', 'validation-failed'])
      }
    }
  })

  test('AC-314 33 bound claims', async () => {
    const claims = (count: number): Claims =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, 'x']))
    await saved({ bound_claims: claims(32) })
    await unsaved({ bound_claims: claims(33) }, 'validation-failed', '/bound_claims')
  })

  test('AC-314 65 alternatives, and five operators inside one another', async () => {
    const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `v${at}`)
    await saved(ctx({ any_of: names(64) }))
    await unsaved(ctx({ any_of: names(65) }), 'validation-failed', '/bound_claims/ctx/any_of')
    await unsaved(ctx({ any_of: [] }), 'validation-failed', '/bound_claims/ctx/any_of')
    const nested = (depth: number): unknown => (depth === 0 ? 'x' : { not: nested(depth - 1) })
    await saved(ctx(nested(4)))
    await unsaved(ctx(nested(5)), 'validation-failed')
  })

  test('AC-314 the 21st policy of an account', async () => {
    const { account, gateway, make } = house()
    const { url } = gateway.issuers.a
    const { id } = await account('twenty', { policies: [policyP0(url)] })
    const add = () => gateway.admin('POST', `/service-accounts/${id}/trust-policies`, policyP0(url))
    // At once, so that the limit must hold in the transaction and not only before it.
    const answers = await Promise.all(Array.from({ length: 25 }, add))
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(19)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      await expectProblem(answer, 409, 'quota-exceeded')
    }
    await expectProblem(await add(), 409, 'quota-exceeded')
    const born = (name: string, count: number) => ({
      namespace: '/acme',
      name,
      trust_policies: Array.from({ length: count }, () => policyP0(url)),
    })
    await make.create('/service-accounts', born('born-with-20', 20))
    const tooMany = await gateway.admin('POST', '/service-accounts', born('born-with-21', 21))
    await expectProblem(tooMany, 409, 'quota-exceeded')
  })
})

describe('names of claims', () => {
  const names = ['__proto__', 'constructor', 'prototype', '', 'n'.repeat(200)]
  const pointers = ['/a/__proto__', '/constructor/prototype', '/a~2b', '/a~', `/${'n'.repeat(200)}`]

  test.each([...names, ...pointers])('AC-315 %j', async (name) => {
    const pointer = `/bound_claims/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    for (const value of ['x', { any_of: ['x'] }, { not: 'x' }]) {
      const bound_claims = Object.fromEntries([...Object.entries(IDS), [name, value]])
      expect(Object.keys(bound_claims)).toHaveLength(3)
      await unsaved({ bound_claims }, 'validation-failed', pointer)
    }
  })

  test('AC-315 names with control characters or spaces around', async () => {
    for (const name of ['a\u0000', 'a\n', ' a', 'a ', 'cafe\u0301']) {
      await unsaved({ bound_claims: { ...IDS, [name]: 'x' } }, [
        'validation-failed',
        'non-canonical-value',
      ])
    }
  })

  test('AC-315 audience and issuer have fields of their own', async () => {
    for (const name of ['aud', 'iss', '/aud', '/iss']) {
      const pointer = `/bound_claims/${name.replace('/', '~1')}`
      await unsaved({ bound_claims: { ...IDS, [name]: 'x' } }, 'validation-failed', pointer)
    }
  })

  test('AC-315 the longest name, and unusual ones', async () => {
    for (const name of ['n'.repeat(128), 'kubernetes.io', '/a~1b/c~0d', 'toString']) {
      await saved({ bound_claims: { ...IDS, [name]: 'x' } })
    }
  })
})

describe('values', () => {
  const values = [
    null,
    {},
    { a: 1 },
    { value: 'x' },
    ['x'],
    [['x']],
    [],
    1.5,
    2 ** 53,
    { glob: 'x*', present: true },
    { present: false },
    { present: 'yes' },
    { glob: 7 },
    { glob: ['x'] },
    { contains: 7 },
    { contains: ['x'] },
    { any_of: 'x' },
    { any_of: [null] },
    { any_of: [['x']] },
    { not: null },
    { not: {} },
    { regex: '.*' },
    { GLOB: 'x*' },
  ]
  test.each(rows(values))('AC-316 %j', async (value) => {
    await unsaved(ctx(value), 'validation-failed')
  })

  test.each(['9007199254740993', '-9007199254740993', '9007199254740992', '1.5'])(
    'AC-316 the number %s',
    async (number) => {
      const policy = policyP0(house().gateway.issuers.a.url, ctx('NUMBER'))
      const body = JSON.stringify(policy).replace('"NUMBER"', number)
      expect((await post(body.replace(number, '9007199254740991'))).status).toBe(201)
      await expectProblem(await post(body), 422, 'validation-failed')
    },
  )

  const twins = [
    ' x',
    'x ',
    '\u00a0x',
    'x\u3000',
    'x\u0000',
    'x\ny',
    'x\t',
    '\u001bx',
    'x\u007f',
    'x\u0085y',
    'cafe\u0301',
    '\u212bngstrom',
    'x\u202ey',
    'x\u2028y',
  ]
  test.each(twins)('AC-317 %j', async (value) => {
    const at = '/bound_claims/ctx'
    await unsaved(ctx(value), 'non-canonical-value', at)
    await unsaved(ctx({ any_of: ['y', value] }), 'non-canonical-value', `${at}/any_of/1`)
    await unsaved(ctx({ not: value }), 'non-canonical-value', `${at}/not`)
    await unsaved(ctx({ contains: value }), 'non-canonical-value', `${at}/contains`)
  })

  test('AC-317 in a pattern', async () => {
    for (const glob of [' x*', 'x* ', 'x\u0000*', 'cafe\u0301*', '*\u202ey']) {
      await unsaved(ctx({ glob }), 'non-canonical-value', '/bound_claims/ctx/glob')
    }
  })

  test('AC-317 text in normal form', async () => {
    for (const value of ['caf\u00e9', 'a b', '\u65e5\u672c', 'x'.repeat(1024)])
      await saved(ctx(value))
    await unsaved(ctx('x'.repeat(1025)), 'validation-failed', '/bound_claims/ctx')
  })
})

describe('other members', () => {
  test.each(rows([0, -1, 3601, '900', 1.5, true, 59, [600]]))('AC-319 %j', async (ttl) => {
    await unsaved({ max_token_ttl_seconds: ttl }, 'validation-failed', '/max_token_ttl_seconds')
  })

  test('AC-319 the shortest and the longest', async () => {
    for (const seconds of [60, 3600, null]) {
      const made = await saved({ max_token_ttl_seconds: seconds })
      expect(made.max_token_ttl_seconds).toBe(seconds)
    }
  })

  test('AC-320 a disabled issuer', async () => {
    const { gateway, register } = house()
    const other = await gateway.issuers.add('https://disabled.test')
    const { id } = await register(other)
    expect((await save({ issuer: other.url, name: 'while enabled' })).status).toBe(201)
    const disabled = await gateway.admin('PATCH', `/issuers/${id}`, { enabled: false })
    expect(disabled.status).toBe(200)
    const refused = await save({ issuer: other.url })
    await expectProblem(refused, 409)
    const born = {
      namespace: '/acme',
      name: 'born-disabled',
      trust_policies: [policyP0(other.url)],
    }
    await expectProblem(await gateway.admin('POST', '/service-accounts', born), 409)
  })
})
