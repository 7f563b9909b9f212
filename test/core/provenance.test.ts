import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { Preset } from '../../src/core/preset.ts'
import { provenanceOf } from '../../src/core/provenance.ts'
import { buildkite } from '../../src/issuers/buildkite.ts'
import { githubActions, githubEnterpriseServer } from '../../src/issuers/github.ts'
import { gitlabCom, gitlabSelfManaged } from '../../src/issuers/gitlab.ts'
import { kubernetes } from '../../src/issuers/kubernetes.ts'

const job = {
  repository: 'acme/api',
  repository_id: '800002',
  repository_owner: 'acme',
  repository_owner_id: '90001',
  ref: 'refs/heads/main',
  sha: 'b7c1f0a4',
  workflow: 'deploy',
  job_workflow_ref: 'acme/ci/.github/workflows/deploy.yml@refs/tags/v3',
  environment: 'production',
  event_name: 'push',
  run_id: '19000000001',
  actor: 'ada',
}

const github = (claims: JsonObject, preset: Preset = githubActions): Record<string, string> =>
  provenanceOf(claims, preset, 'https://token.actions.githubusercontent.com')

test('github: the closed list and nothing else', () => {
  expect(github(job)).toEqual({
    provider: 'github',
    repository: 'acme/api',
    repository_id: '800002',
    owner: 'acme',
    owner_id: '90001',
    ref: 'refs/heads/main',
    sha: 'b7c1f0a4',
    workflow: 'acme/ci/.github/workflows/deploy.yml@refs/tags/v3',
    environment: 'production',
    event: 'push',
    run_id: '19000000001',
    run_url: 'https://github.com/acme/api/actions/runs/19000000001',
  })
})

test('gitlab: the closed list, and a URL on the instance', () => {
  const claims = {
    project_path: 'acme/sub/api',
    project_id: '20',
    namespace_path: 'acme/sub',
    namespace_id: '72',
    ref: 'main',
    ref_path: 'refs/heads/main',
    sha: '76719c26',
    ci_config_ref_uri: 'gitlab.com/acme/sub/api//.gitlab-ci.yml@refs/heads/main',
    environment: 'production',
    pipeline_source: 'push',
    pipeline_id: '1',
    job_id: '11530106120',
    user_email: 'ada@example.com',
  }
  expect(provenanceOf(claims, gitlabCom, 'https://gitlab.com')).toEqual({
    provider: 'gitlab',
    repository: 'acme/sub/api',
    repository_id: '20',
    owner: 'acme/sub',
    owner_id: '72',
    ref: 'refs/heads/main',
    sha: '76719c26',
    workflow: 'gitlab.com/acme/sub/api//.gitlab-ci.yml@refs/heads/main',
    environment: 'production',
    event: 'push',
    run_id: '11530106120',
    run_url: 'https://gitlab.com/acme/sub/api/-/jobs/11530106120',
  })
  const relative = provenanceOf(claims, gitlabSelfManaged, 'https://git.acme.example/gitlab/')
  expect(relative.run_url).toBe('https://git.acme.example/gitlab/acme/sub/api/-/jobs/11530106120')
})

test('GHES: the URL lies on the origin of the issuer', () => {
  const issuer = 'https://github.acme.example/_services/token'
  const { run_url } = provenanceOf(job, githubEnterpriseServer, issuer)
  expect(run_url).toBe('https://github.acme.example/acme/api/actions/runs/19000000001')
  expect(provenanceOf(job, githubEnterpriseServer, 'no url')).not.toHaveProperty('run_url')
})

test('without a preset there is none, and what is absent is left out', () => {
  expect(provenanceOf(job, null, 'https://issuer-a.test')).toEqual({})
  expect(github({})).toEqual({ provider: 'github' })
  expect(github({ ref: null, environment: '' })).toEqual({ provider: 'github' })
})

test.each([
  ['an object', { x: 1 }],
  ['an array', ['refs/heads/main']],
  ['a boolean', true],
  ['a fraction', 1.5],
  ['a number above 2^53', 2 ** 53],
  ['a control character', 'refs/heads/\u0007main'],
  ['half a surrogate pair', 'refs/heads/\ud800'],
  ['513 characters', 'x'.repeat(513)],
])('%s is left out', (_, ref) => {
  expect(github({ ...job, ref })).not.toHaveProperty('ref')
  expect(github({ ...job, ref })).toMatchObject({ sha: job.sha })
})

test('512 characters are kept, whole numbers become text, nested claims are found', () => {
  expect(github({ ref: 'x'.repeat(512) }).ref).toHaveLength(512)
  const build = { organization_slug: 'acme', pipeline_slug: 'api', build_number: 42 }
  expect(provenanceOf(build, buildkite, 'https://agent.buildkite.com')).toMatchObject({
    run_id: '42',
    run_url: 'https://buildkite.com/acme/api/builds/42',
  })
  const pod = { 'kubernetes.io': { namespace: 'ci', serviceaccount: { name: 'deployer' } } }
  expect(provenanceOf(pod, kubernetes, 'https://cluster.acme.example')).toEqual({
    provider: 'kubernetes',
    repository: 'deployer',
    owner: 'ci',
  })
})

test.each(['acme/api?x', 'acme/api#x', 'acme/a pi', 'acme/äpi', 'acme/api@evil', 'acme\\api', ''])(
  'a URL is not built from %s',
  (repository) => expect(github({ ...job, repository })).not.toHaveProperty('run_url'),
)

test('a URL is not built longer than 512 characters', () => {
  const repository = `acme/${'x'.repeat(500)}`
  expect(github({ ...job, repository })).toMatchObject({ repository })
  expect(github({ ...job, repository })).not.toHaveProperty('run_url')
})

test('a URL is not built from half of its parts', () => {
  const { run_id: _, ...rest } = job
  expect(github(rest)).not.toHaveProperty('run_url')
})
