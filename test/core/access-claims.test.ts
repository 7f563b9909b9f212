import { describe, expect, it } from 'vitest'
import { type AccessTokenFacts, accessClaims } from '../../src/core/access-claims.ts'

const facts: AccessTokenFacts = {
  issuer: 'https://gw.test',
  serviceAccountId: 'sa_1',
  clientId: 'cli_1',
  audience: 'https://api.acme.test',
  issuedAt: 1_800_000_000,
  expiresAt: 1_800_000_600,
  jti: '79685b65-945d-450a-a3d8-a36bcf72c23d',
  granted: new Map([['deploy:write', ['/acme/payments']]]),
  boundTo: null,
  federated: null,
}
const registered = {
  iss: 'https://gw.test',
  sub: 'sa_1',
  client_id: 'cli_1',
  aud: 'https://api.acme.test',
  iat: 1_800_000_000,
  exp: 1_800_000_600,
  jti: '79685b65-945d-450a-a3d8-a36bcf72c23d',
}
const federated = {
  actor: { iss: 'https://issuer-a.test', sub: 'repo:acme/app:ref:refs/heads/main' },
  provenance: { provider: 'github', repository_id: '1001' },
  policy: 'tp_main@3',
  decisionId: 'dec_1',
}
const granting = (granted: Readonly<Record<string, readonly string[]>>) =>
  accessClaims({ ...facts, granted: new Map(Object.entries(granted)) })

it('a client’s token says who, where and until when, and nothing else', () => {
  expect(accessClaims(facts)).toEqual({
    ...registered,
    scope: 'deploy:write',
    namespace: '/acme/payments',
  })
})

it('the audience is a string, the times are numbers', () => {
  const { aud, iat, exp } = accessClaims(facts)
  expect([typeof aud, typeof iat, typeof exp]).toEqual(['string', 'number', 'number'])
})

describe('where the permissions hold', () => {
  it('is one namespace for several permissions', () => {
    expect(granting({ 'deploy:read': ['/acme'], 'deploy:write': ['/acme'] })).toEqual({
      ...registered,
      scope: 'deploy:read deploy:write',
      namespace: '/acme',
    })
  })

  it('is a list of namespaces for one permission', () => {
    expect(granting({ 'deploy:write': ['/acme/web', '/acme/payments'] })).toEqual({
      ...registered,
      scope: 'deploy:write',
      authorization_details: [
        { type: 'namespace', identifier: '/acme/payments', actions: ['deploy:write'] },
        { type: 'namespace', identifier: '/acme/web', actions: ['deploy:write'] },
      ],
    })
  })

  it('names with each namespace what holds there, and no more', () => {
    const granted = { 'deploy:read': ['/acme'], 'deploy:write': ['/acme/web', '/acme'] }
    expect(granting(granted).authorization_details).toEqual([
      { type: 'namespace', identifier: '/acme', actions: ['deploy:read', 'deploy:write'] },
      { type: 'namespace', identifier: '/acme/web', actions: ['deploy:write'] },
    ])
  })

  it('is never both', () => {
    expect(granting({ a: ['/acme/web', '/acme/payments'] })).not.toHaveProperty('namespace')
    expect(granting({ a: ['/acme'] })).not.toHaveProperty('authorization_details')
  })
})

describe('a federated token', () => {
  it('adds act, provenance, policy and decision, and nothing else', () => {
    expect(accessClaims({ ...facts, federated })).toEqual({
      ...accessClaims(facts),
      act: { iss: 'https://issuer-a.test', sub: 'repo:acme/app:ref:refs/heads/main' },
      provenance: { provider: 'github', repository_id: '1001' },
      policy: 'tp_main@3',
      decision_id: 'dec_1',
    })
  })

  it('has exactly iss and sub in act, whatever the outside token carried', () => {
    const actor = { ...federated.actor, act: { sub: 'somebody' }, email: 'ada@example.com' }
    expect(accessClaims({ ...facts, federated: { ...federated, actor } }).act).toEqual({
      iss: 'https://issuer-a.test',
      sub: 'repo:acme/app:ref:refs/heads/main',
    })
  })

  it('keeps its own claims, whatever the provenance is called', () => {
    const provenance = { sub: 'sa_2', aud: 'https://other.test', scope: 'all' }
    const claims = accessClaims({ ...facts, federated: { ...federated, provenance } })
    expect(claims).toMatchObject({ ...registered, scope: 'deploy:write', provenance })
  })
})
