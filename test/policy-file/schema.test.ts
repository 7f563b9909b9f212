import { readFileSync } from 'node:fs'
import Ajv from 'ajv'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPolicyFile } from '../../src/policy-file/read.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../src/http/reference/trust-policy.v1.json', import.meta.url), 'utf8'),
) as object

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema)

// JSON is YAML, so a value says the same to both.
const reads = (value: unknown): boolean => readPolicyFile(JSON.stringify(value)).ok

const policy = (members: object): object => ({
  name: 'deploy',
  issuer: 'github-actions',
  audience: 'https://gw.test',
  bound_claims: { repository_id: '1' },
  ...members,
})

const file = (members: object): object => ({
  kind: 'TrustPolicies/v1',
  service_account: '/acme/bot',
  policies: [policy(members)],
})

const nested = (depth: number): unknown =>
  depth === 0 ? 'x' : { any_of: [{ not: nested(depth - 1) }] }

const cases: readonly (readonly [string, object, boolean])[] = [
  ['the least', file({}), true],
  ['no policies', { ...file({}), policies: [] }, true],
  ['an account of the root', { ...file({}), service_account: '/bot' }, true],
  ['an account without a path', { ...file({}), service_account: 'bot' }, false],
  ['an account with a slash at the end', { ...file({}), service_account: '/acme/' }, false],
  ['another kind', { ...file({}), kind: 'TrustPolicies/v2' }, false],
  ['an unknown member', { ...file({}), x: 1 }, false],
  ['an unknown member of a policy', file({ match: {} }), false],
  ['no name', file({ name: '' }), false],
  ['a long name', file({ name: 'x'.repeat(201) }), false],
  ['no issuer', file({ issuer: '' }), false],
  ['a preset', file({ preset: 'gitlab-self-managed' }), true],
  ['no preset, said so', file({ preset: null }), true],
  ['an unknown preset', file({ preset: 'gitlab' }), false],
  [
    'every operator',
    file({
      bound_claims: {
        a: { any_of: ['x', 1, true, { glob: 'a*' }] },
        b: { contains: 'c' },
        c: { present: true },
        d: { not: 'x' },
      },
    }),
    true,
  ],
  ['an unknown operator', file({ bound_claims: { a: { in: ['x'] } } }), false],
  ['two operators', file({ bound_claims: { a: { glob: 'x', not: 'y' } } }), false],
  ['no operator', file({ bound_claims: { a: {} } }), false],
  ['null', file({ bound_claims: { a: null } }), false],
  ['a list', file({ bound_claims: { a: ['x'] } }), false],
  ['a fraction', file({ bound_claims: { a: 1.5 } }), false],
  ['not present', file({ bound_claims: { a: { present: false } } }), false],
  ['nothing to be one of', file({ bound_claims: { a: { any_of: [] } } }), false],
  ['too many to be one of', file({ bound_claims: { a: { any_of: Array(65).fill('x') } } }), false],
  ['operators four deep', file({ bound_claims: { a: nested(2) } }), true],
  ['operators six deep', file({ bound_claims: { a: nested(3) } }), false],
  ['eight wildcards', file({ bound_claims: { a: { glob: '*-**-'.repeat(4) } } }), true],
  ['nine wildcards', file({ bound_claims: { a: { glob: '*-'.repeat(9) } } }), false],
  ['three stars', file({ bound_claims: { a: { glob: 'a***' } } }), false],
  ['a long glob', file({ bound_claims: { a: { glob: 'x'.repeat(257) } } }), false],
  ['a long value', file({ bound_claims: { a: 'x'.repeat(1025) } }), false],
  ['the audience as a claim', file({ bound_claims: { aud: 'x' } }), false],
  ['the issuer as a pointer', file({ bound_claims: { '/iss': 'x' } }), false],
  ['a claim without a name', file({ bound_claims: { '': 'x' } }), false],
  [
    'too many claims',
    file({
      bound_claims: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`c${i}`, 'x'])),
    }),
    false,
  ],
  ['a replay mode', file({ replay: 'reusable' }), true],
  ['another replay mode', file({ replay: 'never' }), false],
  ['a scope', file({ scope: ['deploy:write'] }), true],
  ['an empty scope', file({ scope: [] }), false],
  ['a scope in capitals', file({ scope: ['Deploy'] }), false],
  ['a life', file({ max_token_ttl_seconds: 60 }), true],
  ['a short life', file({ max_token_ttl_seconds: 59 }), false],
  ['an acknowledgement', file({ acknowledge: ['any_context'] }), true],
  ['another acknowledgement', file({ acknowledge: ['everything'] }), false],
  ['an end', file({ expires_at: '2027-01-01T00:00:00Z' }), true],
  ['an end elsewhere', file({ expires_at: '2027-01-01T00:00:00+01:00' }), false],
  ['an end without a time', file({ expires_at: '2027-01-01' }), false],
  ['examples', file({ examples: { accept: [{}], reject: [{ ref: null }] } }), true],
  ['an example that is no object', file({ examples: { accept: ['x'] } }), false],
  ['tests', file({ tests: [{ name: 'a', claims: {}, expect: 'reject', failing: ['ref'] }] }), true],
  [
    'a test that expects something else',
    file({ tests: [{ name: 'a', claims: {}, expect: 'deny' }] }),
    false,
  ],
]

describe('the schema of policy files', () => {
  it.each(cases)('agrees with the reader on %s', (_what, value, expected) => {
    expect([reads(value), validate(value)]).toEqual([expected, expected])
  })

  it('accepts whatever the reader accepts', () => {
    const scalar = fc.oneof(fc.string({ maxLength: 40 }), fc.integer(), fc.boolean())
    const { matcher } = fc.letrec((tie) => ({
      matcher: fc.oneof(
        { maxDepth: 5 },
        scalar,
        fc.record({ glob: fc.stringMatching(/^[a-z/*-]{0,20}$/) }),
        fc.record({ contains: fc.string() }),
        fc.record({ any_of: fc.array(tie('matcher'), { maxLength: 3 }) }),
        fc.record({ not: tie('matcher') }),
      ),
    }))
    const claims = fc.dictionary(fc.stringMatching(/^[a-z_/~01]{1,12}$/), matcher, { maxKeys: 4 })
    fc.assert(
      fc.property(claims, (bound_claims) => {
        const value = file({ bound_claims })
        if (reads(value)) expect(validate(value)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('describes every field, as editors show it', () => {
    const undescribed: string[] = []
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      const { properties } = node as { properties?: Record<string, { description?: string }> }
      for (const [name, field] of Object.entries(properties ?? {})) {
        if (field.description === undefined) undescribed.push(`${path}/${name}`)
      }
      for (const [name, child] of Object.entries(node)) visit(child, `${path}/${name}`)
    }
    visit(schema, '')
    expect(undescribed).toEqual([])
    expect(JSON.stringify(schema).length).toBeLessThan(12_000)
  })
})

describe('/schemas/trust-policy.v1.json', () => {
  let gateway: Gateway
  beforeAll(async () => {
    gateway = await startGateway()
  })
  afterAll(() => gateway.close())

  it('is served to anybody, and may be kept', async () => {
    const answer = await gateway.fetch('/schemas/trust-policy.v1.json')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/schema+json')
    expect(answer.headers.get('cache-control')).toContain('public')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(await answer.json()).toEqual(schema)
    const etag = answer.headers.get('etag') ?? ''
    const again = await gateway.fetch('/schemas/trust-policy.v1.json', {
      headers: { 'if-none-match': etag },
    })
    expect(again.status).toBe(304)
  })
})
