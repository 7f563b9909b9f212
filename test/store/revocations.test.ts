import type { InStatement, InValue } from '@libsql/client/http'
import { type SQL, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it, test } from 'vitest'
import { firstIdAt } from '../../src/core/id-time.ts'
import { maxTokenMarks } from '../../src/core/revocation.ts'
import {
  livingTokens,
  markTokens,
  ofSubtree,
  reachingInto,
} from '../../src/store/revoking/marks.ts'
import { type Revocation, revokeToken, revokeTokens } from '../../src/store/revoking/revocations.ts'
import { row, useDatabase } from './database.ts'
import { issuer, madeAt, placeOfTenant, tree } from './tree.ts'

const now = madeAt / 1000

let count = 0

/** A decision to issue: a token of /acme/payments for one API, alive for ten minutes from `now`. */
const issued = (jti: string, changes: Readonly<Record<string, InValue>> = {}): InStatement =>
  row('decisions', {
    id: `${firstIdAt('dec', Number(changes.at ?? madeAt))}${++count}`,
    at: madeAt,
    outcome: 'issued',
    grant_type: 'client_credentials',
    service_account_id: 'sa_1',
    client_id: 'cli_1',
    namespace_id: 'ns_payments',
    audience: 'https://api.test',
    token_jti: jti,
    token_expires_at: now + 600,
    ...changes,
  })

const database = useDatabase(
  ...tree,
  issuer('iss_a'),
  issuer('iss_foreign', { namespace_id: 'ns_globex' }),
)

const revoke = (by: Revocation['by'], value: string, changes: Partial<Revocation> = {}) =>
  revokeTokens(database().db, { ...placeOfTenant('acme'), by, value, now, ...changes })

const marks = () =>
  database().read(
    'SELECT audience, kind, value, "before", expires_at FROM revocations ORDER BY 1, 2, 3',
  )

const mark = (kind: string, value: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  audience: 'https://api.test',
  kind,
  value,
  before: now,
  expires_at: now + 720,
  ...changes,
})

describe('living tokens', () => {
  it('are marked per audience, as long as the last of them lives', async () => {
    await database().write(
      issued('a'),
      issued('b', { token_expires_at: now + 900 }),
      issued('c', { audience: 'https://other.test', token_expires_at: now + 60 }),
      issued('d', { service_account_id: 'sa_2' }),
    )
    expect(await revoke('account', 'sa_1')).toBe(3)
    expect(await marks()).toEqual([
      mark('account', 'sa_1', { expires_at: now + 1020 }),
      mark('account', 'sa_1', { audience: 'https://other.test', expires_at: now + 180 }),
    ])
  })

  it('do not include what has expired, was refused, or is older than any token can be', async () => {
    await database().write(
      issued('expired', { token_expires_at: now - 120 }),
      issued('refused', { outcome: 'refused' }),
      issued('ancient', { at: madeAt - 2 * 3_600_000 }),
    )
    expect(await revoke('account', 'sa_1')).toBe(0)
    expect(await marks()).toEqual([])
  })

  it('include those that some verifier may still accept, also when the revoker is ahead', async () => {
    const age = 3600 + 119
    await database().write(
      issued('late', { token_expires_at: now - 119 }),
      issued('longest', { at: madeAt - age * 1000, token_expires_at: now - age + 3600 }),
    )
    expect(await revoke('token', 'late')).toBe(1)
    expect(await revoke('account', 'sa_1')).toBe(1)
    expect(await marks()).toEqual([
      mark('account', 'sa_1', { expires_at: now + 1 }),
      mark('token', 'late', { expires_at: now + 1 }),
    ])
  })

  it('include those of a clock that is ahead', async () => {
    await database().write(issued('a', { at: madeAt + 5000 }))
    expect(await revoke('account', 'sa_1')).toBe(1)
    expect(await marks()).toEqual([mark('account', 'sa_1', { before: now + 5 })])
  })

  it('are counted once', async () => {
    await database().write(issued('a', { policy_id: 'tp_1' }), issued('b'))
    expect(await revoke('token', 'a')).toBe(1)
    expect(await revoke('token', 'a')).toBe(0)
    expect(await revoke('policy', 'tp_1')).toBe(0)
    expect(await revoke('account', 'sa_1')).toBe(1)
    expect(await revoke('account', 'sa_1')).toBe(0)
  })

  it('that come after a mark count again, and move it', async () => {
    await database().write(issued('a'))
    await revoke('account', 'sa_1')
    await database().write(issued('b', { at: madeAt + 9000, token_expires_at: now + 609 }))
    expect(await revoke('account', 'sa_1', { now: now + 10 })).toBe(1)
    expect(await marks()).toEqual([
      mark('account', 'sa_1', { before: now + 10, expires_at: now + 729 }),
    ])
  })

  it('are counted once in a race', async () => {
    await database().write(...Array.from({ length: 20 }, (_, i) => issued(`j${i}`)))
    const counts = await Promise.all(Array.from({ length: 50 }, () => revoke('account', 'sa_1')))
    expect(counts.toSorted((a, b) => b - a)).toEqual([20, ...Array(49).fill(0)])
    expect(await marks()).toEqual([mark('account', 'sa_1')])
  })
})

describe('names', () => {
  const provenance = JSON.stringify({
    repository: 'acme/app',
    repository_id: '1001',
    sha: 'f'.repeat(40),
    run_id: '77',
  })

  test.each<[Revocation['by'], string, ReturnType<typeof mark>]>([
    ['token', 'hit', mark('token', 'hit')],
    ['account', 'sa_hit', mark('account', 'sa_hit')],
    ['account', 'cli_hit', mark('account', 'sa_hit')],
    ['policy', 'tp_hit', mark('policy', 'tp_hit')],
    ['issuer', 'https://iss_a.test', mark('policy', 'tp_hit')],
    ['issuer', 'iss_a', mark('policy', 'tp_hit')],
    ['repository', 'acme/app', mark('token', 'hit')],
    ['repository', '1001', mark('token', 'hit')],
    ['sha', 'f'.repeat(40), mark('token', 'hit')],
    ['run', '77', mark('token', 'hit')],
  ])('%s %s', async (by, value, expected) => {
    await database().write(
      issued('hit', {
        service_account_id: 'sa_hit',
        client_id: 'cli_hit',
        policy_id: 'tp_hit',
        issuer: 'https://iss_a.test',
        provenance,
      }),
      issued('other', {
        policy_id: 'tp_2',
        issuer: 'https://iss_b.test',
        provenance: '{"repository":"acme/app2","repository_id":"10010","sha":"0","run_id":"7"}',
      }),
      issued('bare'),
    )
    expect(await revoke(by, value)).toBe(1)
    expect(await marks()).toEqual([expected])
  })

  it.each([
    ['token', 'HIT'],
    ['repository', 'acme'],
    ['repository', 'acme/%'],
    ['sha', 'f'.repeat(39)],
    ['run', ''],
    ['policy', ''],
    ['issuer', ''],
  ] as const)('are exact: %s "%s" hits nothing', async (by, value) => {
    await database().write(issued('hit', { provenance, policy_id: 'tp_1' }))
    expect(await revoke(by, value)).toBe(0)
    expect(await marks()).toEqual([])
  })

  it('of an issuer that is not visible are no oracle for its URL', async () => {
    await database().write(issued('hit', { issuer: 'https://iss_foreign.test', policy_id: 'tp_1' }))
    expect(await revoke('issuer', 'iss_foreign')).toBe(0)
    expect(await revoke('issuer', 'https://iss_foreign.test')).toBe(1)
  })
})

describe('the subtree', () => {
  it.each([
    ['/', 1],
    ['/acme', 1],
    ['/acme/payments', 1],
    ['/acme/payments/eu', 0],
    ['/acme/web', 0],
    ['/acme-evil', 0],
    ['/globex', 0],
  ])('%s', async (namespacePath, hit) => {
    await database().write(issued('a'))
    expect(await revoke('account', 'sa_1', { namespacePath })).toBe(hit)
    expect(await marks()).toHaveLength(hit)
  })
})

describe('more marks of an account than a feed can carry', () => {
  const run = (id: string) => ({ provenance: `{"run_id":"${id}"}` })
  const singles = () =>
    database().value("SELECT count(*) FROM revocations WHERE kind = 'token' AND value LIKE 'j%'")
  const others = async () => (await marks()).filter(({ value }) => !String(value).startsWith('j'))

  beforeEach(() =>
    database().write(
      ...Array.from({ length: maxTokenMarks }, (_, i) => issued(`j${i}`, run('6'))),
      issued('over', run('7')),
      issued('beside', { audience: 'https://other.test', ...run('7') }),
      issued('neighbor', { service_account_id: 'sa_2', ...run('7') }),
    ),
  )

  it('name that account instead, leave nobody out, and coarsen nobody else', async () => {
    expect(await revoke('run', '6')).toBe(maxTokenMarks)
    expect(await singles()).toBe(maxTokenMarks)
    expect(await revoke('run', '7')).toBe(3)
    expect(await others()).toEqual([
      mark('account', 'sa_1'),
      mark('token', 'neighbor'),
      mark('token', 'beside', { audience: 'https://other.test' }),
    ])
  })

  it('also when a client gives them up one by one', async () => {
    await revoke('run', '6')
    const giveUp = (accountId: string, jti: string) =>
      revokeToken(
        database().db,
        {
          kid: 'k1',
          jti,
          accountId,
          audience: 'https://api.test',
          policyId: null,
          issuedAt: now,
          expiresAt: now + 600,
        },
        now,
      )
    await giveUp('sa_2', 'neighbor')
    expect(await others()).toEqual([mark('token', 'neighbor')])
    await giveUp('sa_1', 'over')
    expect(await others()).toEqual([mark('account', 'sa_1'), mark('token', 'neighbor')])
  })

  it('are not made of many at once, either', async () => {
    await database().write(issued('one-more', run('6')))
    expect(await revoke('run', '6')).toBe(maxTokenMarks + 1)
    expect(await marks()).toEqual([mark('account', 'sa_1')])
  })
})

describe('the plan', () => {
  const plan = async (condition: SQL, of = livingTokens): Promise<string> => {
    const { orm } = database().db
    const query = orm.run(of(condition, now)).getQuery()
    const rows = await database().read(
      `EXPLAIN QUERY PLAN ${query.sql}`,
      ...(query.params as InValue[]),
    )
    return rows.map(({ detail }) => String(detail)).join('\n')
  }

  it('reads no more of the decisions than the last hour', async () => {
    for (const condition of [ofSubtree('/acme'), reachingInto('/acme')]) {
      const read = await plan(condition)
      expect(read).toMatch(/^SEARCH d USING INDEX sqlite_autoindex_decisions_1 \(id>\?\)/)
      expect(read).not.toMatch(/SCAN [bdr]\b/)
    }
  })

  it('counts the marks of an account and no others', async () => {
    const read = await plan(sql`1`, (condition) =>
      markTokens(livingTokens(condition, now), 'token', now),
    )
    expect(read).toMatch(/INDEX revocations_of_account \(service_account_id=\? AND audience=\?\)/)
    expect(read).not.toMatch(/SCAN [dr]\b/)
  })

  it('looks marks up by their whole key', async () => {
    const read = await plan(sql`1`)
    const key = /SEARCH r USING (COVERING )?INDEX .* \(audience=\? AND kind=\? AND value=\?\)/g
    expect(read.match(key)).toHaveLength(3)
  })
})
