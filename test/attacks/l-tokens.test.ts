import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { settings } from '../support/settings.ts'

const house = useHouse({ preset: 'github-actions' })

// The contract's list, section 5; `act` to `decision_id` from a federated login.
const documented = [
  'iss',
  'sub',
  'client_id',
  'aud',
  'iat',
  'exp',
  'jti',
  'scope',
  'namespace',
  'act',
  'provenance',
  'policy',
  'decision_id',
]

const mint = async (claims: Claims = {}): Promise<string> => {
  const { gateway, BR, BT } = house()
  const answer = await gateway.token(BR({ subject_token: BT(claims) }))
  return (await expectIssued(answer)).access_token
}

describe('what a minted token holds', () => {
  it('AC-262 the shape of the contract, and nothing else', async () => {
    const token = await mint()
    const response = await house().gateway.fetch('/.well-known/jwks.json')
    const { keys } = (await response.json()) as { keys: { kid: string; alg: string }[] }
    const header = decodeProtectedHeader(token)
    expect(header).toEqual({ alg: 'ES256', kid: expect.any(String), typ: 'at+jwt' })
    expect(keys.find(({ kid }) => kid === header.kid)).toMatchObject({ alg: header.alg })
    const claims = decodeJwt(token)
    expect(Object.keys(claims).sort()).toEqual([...documented].sort())
    expect(claims).toMatchObject({
      iss: settings.issuerUrl,
      sub: house().deployer.id,
      client_id: house().deployer.client_id,
      aud: API_1,
      namespace: '/acme',
      act: { iss: house().gateway.issuers.a.url, sub: 'repo:acme/app:ref:refs/heads/main' },
    })
    expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(900)
    expect(claims.jti).not.toBe(decodeJwt(await mint()).jti)
    const { provider, repository_id, owner_id } = claims.provenance as Claims
    expect([provider, repository_id, owner_id]).toEqual(['github', '1001', '501'])
  })

  it('AC-263 nothing of the CI token passes through that looks like ours', async () => {
    const planted = {
      role: 'planted',
      roles: ['planted'],
      scope: 'planted',
      tenant: 'planted',
      namespace: '/planted',
      client_id: 'cli_planted',
      admin: true,
      cnf: { jkt: 'planted' },
      act: { sub: 'planted' },
      provenance: { repository_id: 'planted' },
      authorization_details: [{ type: 'namespace', identifier: '/', actions: ['planted'] }],
      policy: 'tp_planted@1',
    }
    const [plain, attempt] = [decodeJwt(await mint()), decodeJwt(await mint(planted))]
    expect(JSON.stringify(attempt)).not.toMatch(/planted|admin/)
    const { iat, exp, jti, decision_id, ...same } = plain
    expect(attempt).toMatchObject(same)
    expect(Object.keys(attempt).sort()).toEqual(Object.keys(plain).sort())
    expect([iat, exp, jti, decision_id]).not.toContain(undefined)
  })
})
