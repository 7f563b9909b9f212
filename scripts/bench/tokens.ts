import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto'
import { exportJWK, type JWK } from 'jose'

/** The issuer of the benchmark: GitHub's shape, its keys given inline, so that nothing is fetched. */
export interface BenchIssuer {
  readonly url: string
  readonly publicJwk: JWK
  readonly privateKey: KeyObject
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Makes the issuer's key. */
export const createIssuer = async (): Promise<BenchIssuer> => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }
  return {
    url: 'https://ci.bench.test',
    publicJwk,
    privateKey: createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })),
  }
}

const header = encode({ typ: 'JWT', alg: 'RS256', kid: 'bench' })

/** The claims of a GitHub Actions token (standards-and-issuers, B2) for one account's repository. */
export const jobClaims = (issuer: BenchIssuer, audience: string, repositoryId: string) => {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer.url,
    aud: audience,
    sub: `repo:acme@90001/api@${repositoryId}:ref:refs/heads/main`,
    jti: randomUUID(),
    iat: now,
    nbf: now - 600,
    exp: now + 300,
    repository: 'acme/api',
    repository_id: repositoryId,
    repository_owner: 'acme',
    repository_owner_id: '90001',
    repository_visibility: 'private',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    ref_protected: 'true',
    sha: 'b7c1f0a4d2e94b6f8a3d5c7e9f1022334455aabb',
    base_ref: '',
    head_ref: '',
    event_name: 'push',
    workflow: 'deploy',
    workflow_ref: 'acme/api/.github/workflows/deploy.yml@refs/heads/main',
    workflow_sha: 'b7c1f0a4d2e94b6f8a3d5c7e9f1022334455aabb',
    job_workflow_ref: 'acme/ci/.github/workflows/deploy.yml@refs/tags/v3',
    job_workflow_sha: '0d9f3b6c1a2e4f58b7c6d5e4f3021122aabbccdd',
    actor: 'ada',
    actor_id: '12',
    run_id: '19000000001',
    run_number: '412',
    run_attempt: '1',
    runner_environment: 'github-hosted',
  }
}

/** Signs a token. Made before the clock starts: RS256 signing costs more than a whole exchange. */
export const mint = (issuer: BenchIssuer, claims: object): string => {
  const signed = `${header}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), issuer.privateKey).toString('base64url')}`
}
