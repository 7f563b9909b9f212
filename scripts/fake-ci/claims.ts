import { randomUUID } from 'node:crypto'

export type Provider = 'github' | 'gitlab'

export type Claims = Record<string, unknown>

export const PROVIDERS: readonly Provider[] = ['github', 'gitlab']

/** The audience a token carries when the caller asks for no other. */
export const DEFAULT_AUDIENCE = 'http://127.0.0.1:8787'

const SHA = 'b7c1f0a4d2e94b6f8a3d5c7e9f1022334455aabb'

/** Builds what GitHub Actions would put into the token of a deploy job on `main`. */
export function githubClaims(issuer: string, now: number): Claims {
  return {
    iss: issuer,
    aud: DEFAULT_AUDIENCE,
    sub: 'repo:acme@90001/api@800002:ref:refs/heads/main',
    jti: randomUUID(),
    iat: now,
    nbf: now - 600,
    exp: now + 300,
    repository: 'acme/api',
    repository_id: '800002',
    repository_owner: 'acme',
    repository_owner_id: '90001',
    repository_visibility: 'private',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    ref_protected: 'true',
    sha: SHA,
    base_ref: '',
    head_ref: '',
    event_name: 'push',
    workflow: 'deploy',
    workflow_ref: 'acme/api/.github/workflows/deploy.yml@refs/heads/main',
    workflow_sha: SHA,
    job_workflow_ref: 'acme/api/.github/workflows/deploy.yml@refs/heads/main',
    job_workflow_sha: SHA,
    actor: 'ada',
    actor_id: '12',
    run_id: '19000000001',
    run_number: '412',
    run_attempt: '1',
    runner_environment: 'github-hosted',
  }
}

/** Builds what GitLab CI/CD would put into the token of a deploy job on `main`. */
export function gitlabClaims(issuer: string, now: number): Claims {
  return {
    iss: issuer,
    aud: DEFAULT_AUDIENCE,
    sub: 'project_path:acme/api:ref_type:branch:ref:main',
    jti: randomUUID(),
    iat: now,
    nbf: now - 5,
    exp: now + 3600,
    namespace_id: '72',
    namespace_path: 'acme',
    project_id: '20',
    project_path: 'acme/api',
    project_visibility: 'private',
    job_namespace_id: '72',
    job_namespace_path: 'acme',
    job_project_id: '20',
    job_project_path: 'acme/api',
    user_id: '1',
    user_login: 'ada',
    user_email: 'ada@example.com',
    user_access_level: 'maintainer',
    pipeline_id: '2069090987',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    environment: 'production',
    environment_protected: 'true',
    deployment_tier: 'production',
    environment_action: 'start',
    runner_id: 12270840,
    runner_environment: 'gitlab-hosted',
    sha: SHA,
    ci_config_ref_uri: 'gitlab.com/acme/api//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: SHA,
  }
}

/** Lays `overrides` over `defaults`; a null removes the claim. */
export function overlay(defaults: Claims, overrides: Claims): Claims {
  const merged = new Map(Object.entries(defaults))
  for (const [name, value] of Object.entries(overrides)) {
    if (value === null) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}
