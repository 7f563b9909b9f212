import { expect, it } from 'vitest'
import {
  type Principal,
  Refused,
  type Requirement,
  requireAll,
  requireAnyScope,
  requireMaxAge,
  requireNamespace,
  requirePolicy,
  requireProvenance,
  requireScopes,
} from '../../src/verifier/index.ts'

const principal: Principal = {
  serviceAccount: 'sa_1',
  clientId: 'cli_1',
  scopes: ['deploy:read', 'deploy:write'],
  grants: [
    { namespace: '/acme', actions: ['deploy:read'] },
    { namespace: '/acme/payments', actions: ['deploy:write'] },
  ],
  provenance: { provider: 'github', ref: 'refs/heads/main', repository_id: '7' },
  actor: { iss: 'https://token.actions.githubusercontent.com', sub: 'repo:acme/x' },
  policy: 'tp_1@3',
  decisionId: null,
  tokenId: 'dec_1',
  issuedAt: 1000,
  expiresAt: 1600,
  verifiedAt: 1300,
  claims: {},
}

const outcome = (requirement: Requirement, who: Principal = principal): string => {
  try {
    requirement(who)
    return 'let in'
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.reason
    throw thrown
  }
}

it.each<[string, Requirement, string]>([
  ['all scopes held', requireScopes('deploy:read', 'deploy:write'), 'let in'],
  ['one scope missing', requireScopes('deploy:read', 'deploy:admin'), 'insufficient_scope'],
  ['part of a scope', requireScopes('deploy'), 'insufficient_scope'],
  ['any scope held', requireAnyScope('deploy:admin', 'deploy:read'), 'let in'],
  ['no scope held', requireAnyScope('deploy:admin', 'x'), 'insufficient_scope'],
  ['granted here', requireNamespace('/acme/payments', 'deploy:write'), 'let in'],
  ['granted above', requireNamespace('/acme/payments/eu', 'deploy:read'), 'let in'],
  [
    'both of two grants',
    requireNamespace('/acme/payments', 'deploy:write', 'deploy:read'),
    'let in',
  ],
  ['granted below only', requireNamespace('/acme', 'deploy:write'), 'wrong_namespace'],
  ['granted beside', requireNamespace('/acme/billing', 'deploy:write'), 'wrong_namespace'],
  ['AC-269 another tenant', requireNamespace('/globex', 'deploy:read'), 'wrong_namespace'],
  [
    'AC-269 a name that starts alike',
    requireNamespace('/acme-evil', 'deploy:read'),
    'wrong_namespace',
  ],
  [
    'a name that starts alike below',
    requireNamespace('/acme/payments2', 'deploy:write'),
    'wrong_namespace',
  ],
  ['a path that climbs', requireNamespace('/acme/../globex', 'deploy:read'), 'wrong_namespace'],
  ['a path with a slash too many', requireNamespace('/acme/', 'deploy:read'), 'wrong_namespace'],
  ['the root', requireNamespace('/', 'deploy:read'), 'wrong_namespace'],
  ['the right ref', requireProvenance({ ref: 'refs/heads/main' }), 'let in'],
  ['one of two refs', requireProvenance({ ref: ['refs/heads/x', 'refs/heads/main'] }), 'let in'],
  ['all facts', requireProvenance({ ref: 'refs/heads/main', repository_id: '7' }), 'let in'],
  [
    'one wrong fact',
    requireProvenance({ ref: 'refs/heads/main', repository_id: '8' }),
    'wrong_provenance',
  ],
  ['an absent fact', requireProvenance({ environment: 'production' }), 'wrong_provenance'],
  ['the policy', requirePolicy('tp_2', 'tp_1'), 'let in'],
  ['another policy', requirePolicy('tp_11'), 'wrong_policy'],
  ['young enough', requireMaxAge(300), 'let in'],
  ['too old', requireMaxAge(299), 'too_old'],
  ['all requirements', requireAll(requireScopes('deploy:read'), requireMaxAge(300)), 'let in'],
  ['the last of all', requireAll(requireScopes('deploy:read'), requireMaxAge(1)), 'too_old'],
])('%s', (_, requirement, expected) => {
  expect(outcome(requirement)).toBe(expected)
})

it('a grant at the root holds everywhere', () => {
  const root = { ...principal, grants: [{ namespace: '/', actions: ['deploy:read'] }] }
  expect(outcome(requireNamespace('/globex/x', 'deploy:read'), root)).toBe('let in')
  expect(outcome(requireNamespace('/', 'deploy:read'), root)).toBe('let in')
})

it('a token of no CI job meets no provenance and no policy', () => {
  const secret = { ...principal, provenance: null, policy: null }
  expect(outcome(requireProvenance({ ref: 'refs/heads/main' }), secret)).toBe('wrong_provenance')
  expect(outcome(requirePolicy('tp_1'), secret)).toBe('wrong_policy')
})

it('takes the words of a public issuer, or of one that the rule names', () => {
  const main = { ref: 'refs/heads/main' }
  const from = (iss: string, provider = 'github') => ({
    ...principal,
    provenance: { ...principal.provenance, provider },
    actor: { iss, sub: 'job' },
  })
  const evil = from('https://evil.test')
  expect(outcome(requireProvenance(main), evil)).toBe('wrong_ci_issuer')
  const gitlab = from('https://gitlab.com', 'gitlab')
  expect(outcome(requireProvenance(main), gitlab)).toBe('let in')
  expect(outcome(requireProvenance(main), from('https://gitlab.com'))).toBe('wrong_ci_issuer')
  expect(outcome(requireProvenance(main), from('x', 'toString'))).toBe('wrong_ci_issuer')
  expect(outcome(requireProvenance(main), { ...evil, actor: null })).toBe('wrong_ci_issuer')
  const ours = requireProvenance({ ...main, issuer: ['https://ghes.test', 'https://ci.test'] })
  expect(outcome(ours, from('https://ghes.test'))).toBe('let in')
  expect(outcome(ours, from('https://ghes.test/'))).toBe('wrong_ci_issuer')
  expect(outcome(ours)).toBe('wrong_ci_issuer')
})

it('a name that everything inherits is no fact', () => {
  const bare = { ...principal, provenance: {} }
  expect(() => requireProvenance({ toString: 'x' } as never)).toThrow(TypeError)
  const github = { ...bare, provenance: { provider: 'github' } }
  expect(outcome(requireProvenance({ ref: 'x' }), bare)).toBe('wrong_ci_issuer')
  expect(outcome(requireProvenance({ ref: 'x' }), github)).toBe('wrong_provenance')
})

it.each([
  () => requireScopes(),
  () => requireAnyScope(),
  () => requireNamespace('/acme'),
  () => requireProvenance({}),
  () => requireProvenance({ issuer: 'https://ghes.test' }),
  () => requireProvenance({ issuer: [''], ref: 'x' }),
  () => requireProvenance({ issuer: undefined, ref: 'x' } as never),
  () => requirePolicy(),
  () => requireAll(),
  () => requireMaxAge(0),
  () => requireMaxAge(Number.NaN),
  () => requireScopes('deploy:read deploy:write'),
  () => requireScopes('a"b'),
  () => requireProvenance({ branch: 'main' } as never),
  () => requireProvenance({ ref: undefined } as never),
  () => requireProvenance({ ref: [] as string[], sha: [''] }),
])('refuses a requirement that would hold nobody back, or everybody: %s', (make) => {
  expect(make).toThrow(TypeError)
})
