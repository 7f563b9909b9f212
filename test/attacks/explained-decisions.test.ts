import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { DOORS, JWT_BEARER, now, TOKEN_EXCHANGE } from '../support/baseline.ts'
import { awaitDecision, clauseOf, readDecision } from '../support/decisions.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { judging, mismatch } from '../support/judging.ts'

const house = useHouse({ preset: 'github-actions' })
const { told, trusting, trustingAny } = judging(house)

const IDS = { repository_id: '1001', repository_owner_id: '501' }
const BRANCHES = { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] }

let own: Account

beforeAll(async () => {
  own = await trusting({ ...IDS, ref: BRANCHES })
})

/** Presents a token in token exchange and answers the decision id of its refusal. */
async function refusedAs(token: string, clientId = own.client_id): Promise<string> {
  const { gateway, BR } = house()
  const response = await gateway.token(BR({ subject_token: token, client_id: clientId }))
  const { decision_id } = (await response.json()) as { decision_id: string }
  expect([response.status, decision_id]).toEqual([400, expect.stringMatching(/^dec_[0-9a-z]+$/)])
  return decision_id
}

describe('the whole story', () => {
  test('of a wrong branch, through both doors', async () => {
    const { claims, gateway } = house()
    const wrong = claims({ ref: 'refs/heads/side', iat: now(), nbf: now(), exp: now() + 300 })
    const token = gateway.issuers.a.mint(wrong)
    const ids = await told(token, own, mismatch({ ref: 'refs/heads/side' }))
    const grants = [TOKEN_EXCHANGE, JWT_BEARER]
    expect(DOORS).toHaveLength(grants.length)
    for (const [at, grant_type] of grants.entries()) {
      const decision = await readDecision(gateway, ids[at] ?? '')
      expect(decision).toMatchObject({
        outcome: 'refused',
        reason: expect.any(String),
        grant_type,
        service_account_id: own.id,
        client_id: own.client_id,
        namespace: '/acme',
        issuer: gateway.issuers.a.url,
        subject: wrong.sub,
        jti: wrong.jti,
        claims: wrong,
        token_jti: null,
        token_expires_at: null,
        policy: null,
        policies: [{ id: expect.stringMatching(/^tp_/), version: 1, name: 'P0', satisfied: false }],
      })
      expect(Date.parse(decision.at)).toBeGreaterThan(Date.now() - 60_000)
      expect(clauseOf(decision, 'ref')).toEqual({
        claim: 'ref',
        expected: BRANCHES,
        actual: 'refs/heads/side',
        verdict: 'mismatch',
      })
      const matching = {
        iss: gateway.issuers.a.url,
        aud: 'https://gw.test',
        exp: wrong.exp,
        nbf: wrong.nbf,
        iat: wrong.iat,
        'gate:event_name': 'push',
        repository_id: '1001',
        repository_owner_id: '501',
      }
      for (const [claim, actual] of Object.entries(matching)) {
        expect(clauseOf(decision, claim)).toMatchObject({ claim, actual, verdict: 'match' })
      }
      const { length } = decision.policies[0]?.clauses ?? []
      expect(length).toBe(Object.keys(matching).length + 1)
    }
  })

  test('of a fork, which itself learnt nothing', async () => {
    const { BT, gateway } = house()
    const id = await refusedAs(BT({ repository_id: '2002', repository_owner_id: '777' }))
    const decision = await awaitDecision(gateway, id)
    expect(decision).toMatchObject({ outcome: 'refused', service_account_id: own.id })
    const clause = clauseOf(decision, 'repository_id')
    expect(clause).toMatchObject({ expected: '1001', actual: '2002', verdict: 'mismatch' })
    expect(clauseOf(decision, 'ref')).toMatchObject({ verdict: 'match' })
  })

  test('of every policy that was tried', async () => {
    const { BT, gateway } = house()
    const account = await trustingAny([
      { name: 'one', bound_claims: { ...IDS, ref: 'refs/heads/dev' } },
      { name: 'two', bound_claims: { ...IDS, environment: 'production' } },
      { name: 'off', bound_claims: { ...IDS, environment: 'x' }, enabled: false },
    ])
    const decision = await readDecision(gateway, await refusedAs(BT(), account.client_id))
    const clauses = decision.policies.map(({ name, satisfied, clauses: all }) => [
      name,
      satisfied,
      all
        .filter(({ verdict }) => verdict !== 'match')
        .map(({ claim, verdict }) => [claim, verdict]),
    ])
    expect(clauses).toEqual([
      ['one', false, [['ref', 'mismatch']]],
      ['two', false, [['environment', 'missing']]],
    ])
  })

  const at = now()
  const faults: [string, Claims, string][] = [
    ['expired', { iat: at - 600, nbf: at - 600, exp: at - 60 }, 'exp'],
    ['not yet valid', { iat: at + 900, nbf: at, exp: at + 1200 }, 'iat'],
    ['not before', { nbf: at + 900, exp: at + 1200 }, 'nbf'],
    ['too old', { iat: at - 90_000, nbf: at - 90_000, exp: at + 900 }, 'iat'],
    ['wrong audience', { aud: 'https://vault.test' }, 'aud'],
  ]
  test.each(faults)('of a token %s', async (_, claims, claim) => {
    const { BT, gateway } = house()
    const decision = await readDecision(gateway, await refusedAs(BT(claims)))
    const clause = clauseOf(decision, claim)
    expect(clause).toMatchObject({ actual: claims[claim], verdict: 'mismatch' })
    expect(clause?.expected).toBeTruthy()
    expect(clauseOf(decision, 'ref')).toMatchObject({ verdict: 'match' })
  })

  test('of a token that was used: all clauses match, and the reason says why', async () => {
    const { BR, BT, gateway } = house()
    const bound = { ...IDS, ref: 'refs/heads/main' }
    const once = await trusting(bound, { replay: 'single_use' })
    const subject_token = BT()
    const form = BR({ subject_token, client_id: once.client_id })
    const { access_token } = await expectIssued(await gateway.token(form))
    const { decision_id, jti, policy } = decodeJwt(access_token)
    const issued = await readDecision(gateway, String(decision_id))
    expect(issued).toMatchObject({
      outcome: 'issued',
      reason: null,
      audience: API_1,
      scope: ['deploy:read', 'deploy:write'],
      token_jti: jti,
      policies: [{ satisfied: true }],
    })
    expect(issued.policy).toEqual({ id: String(policy).split('@')[0], version: 1 })
    const refused = await readDecision(gateway, await refusedAs(subject_token, once.client_id))
    expect(refused).toMatchObject({ outcome: 'refused', policies: [{ satisfied: true }] })
    expect(refused.reason).toMatch(/reused/)
  })
})

describe('hints', () => {
  const OLD = 'repo:acme/app:ref:refs/heads/main'
  const NEW = 'repo:acme@501/app@1001:ref:refs/heads/main'
  const cases: { bound: Claims; claims: Claims; claim: string; hint: RegExp }[] = [
    { bound: { ref: 'refs/heads/Main' }, claims: {}, claim: 'ref', hint: /only in case/ },
    { bound: { sub: OLD }, claims: { sub: NEW }, claim: 'sub', hint: /id-based/ },
    {
      bound: { sub: OLD },
      claims: { sub: 'repo:acme/app:environment:production', environment: 'production' },
      claim: 'sub',
      hint: /environment.*no ref/,
    },
    {
      bound: { ref: 'refs/heads/main', run_id: '7' },
      claims: { run_id: 7 },
      claim: 'run_id',
      hint: /[Ee]xpected a string.*number/,
    },
    {
      bound: { ref: 'refs/heads/main', enviroment: 'production' },
      claims: { environment: 'production' },
      claim: 'enviroment',
      hint: /did you mean claim `?environment/,
    },
  ]
  test.each(cases)('$claim: $hint', async ({ bound, claims, claim, hint }) => {
    const { BT, gateway } = house()
    const account = await trusting({ ...IDS, ...bound })
    const decision = await readDecision(gateway, await refusedAs(BT(claims), account.client_id))
    const clause = clauseOf(decision, claim)
    expect(clause?.verdict).not.toBe('match')
    expect(clause?.hint).toMatch(hint)
  })

  test('both shapes of sub fit one policy', async () => {
    const { BT, accepted } = house()
    const account = await trusting({ ...IDS, sub: { any_of: [OLD, NEW] } })
    for (const sub of [OLD, NEW]) await accepted(BT({ sub }), account)
    for (const sub of [OLD, NEW].map((it) => it.replace('main', 'side'))) {
      await told(BT({ sub }), account, mismatch({ sub }))
    }
  })
})

describe('who may read it', () => {
  test('nobody, before the signature had verified', async () => {
    const { BT, claims, gateway } = house()
    const { a, evil } = gateway.issuers
    const [header, payload] = BT().split('.')
    const other = BT().split('.')[2]
    const unverified = [
      await refusedAs(`${header}.${payload}.${other}`),
      await refusedAs(a.mint(claims(), {}, evil.key)),
      await refusedAs(evil.mint(claims({ iss: evil.url }))),
      await refusedAs('no token at all'),
      await refusedAs(BT(), 'nobody'),
    ]
    // Refusals are recorded in order: once a later one is there, an earlier one will not come.
    await awaitDecision(gateway, await refusedAs(BT({ repository_id: '2002' })))
    for (const id of unverified) {
      await expectProblem(await gateway.admin('GET', `/decisions/${id}`), 404, 'not-found')
    }
    const args = unverified
    const marks = args.map(() => '?').join()
    const sql = `SELECT id FROM decisions WHERE id IN (${marks})`
    expect((await gateway.db.execute({ sql, args })).rows).toEqual([])
  })

  test('whoever may read decisions there, and nobody else', async () => {
    const { BT, gateway } = house()
    const id = await refusedAs(BT({ ref: 'refs/heads/side' }))
    const [viewer, stranger] = await Promise.all([
      makeActor(gateway, '/acme', [builtIn('viewer', '/acme')]),
      makeActor(gateway, '/globex', [builtIn('owner', '/globex')]),
    ])
    const seen = await viewer.call('GET', `/decisions/${id}`)
    expect([seen.status, await seen.json()]).toMatchObject([200, { id, outcome: 'refused' }])
    await expectProblem(await stranger.call('GET', `/decisions/${id}`), 404, 'not-found')
    const random = await stranger.call('GET', '/decisions/dec_0123456789abcdefghjkmnpqrs')
    await expectProblem(random, 404, 'not-found')
    const anonymous = await gateway.admin('GET', `/decisions/${id}`, undefined, { token: null })
    await expectProblem(anonymous, 401, 'authentication-required')
  })
})
