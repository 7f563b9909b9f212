import type { Preset } from '../core/preset.ts'

/** CircleCI: an issuer per organisation, or the shared root issuer where a job asks for it. */
export const circleci: Preset = {
  id: 'circleci',
  name: 'CircleCI',
  family: 'circleci',
  issuer: null,
  hosts: ['oidc.circleci.com'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: true,
  replay: 'reusable',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['oidc.circleci.com/org-id', 'oidc.circleci.com/project-id']],
  contextClaims: ['oidc.circleci.com/vcs-ref'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: { by: '/', parts: 4 } },
    { name: 'oidc.circleci.com/org-id', type: 'string', anchor: true },
    { name: 'oidc.circleci.com/project-id', type: 'string', anchor: true },
    { name: 'oidc.circleci.com/context-ids', type: 'array' },
    {
      name: 'oidc.circleci.com/vcs-origin',
      type: 'string',
      naming: 'all',
      advised: {
        beside: 'oidc.circleci.com/project-id',
        why: 'a fork that is passed secrets carries the same project id and another origin',
      },
    },
    {
      name: 'oidc.circleci.com/vcs-ref',
      type: 'string',
      backedBy: ['oidc.circleci.com/vcs-origin'],
      caution: 'a branch of any fork may have the same name',
    },
    { name: 'oidc.circleci.com/pipeline-id', type: 'string' },
    { name: 'oidc.circleci.com/pipeline-definition-id', type: 'string', immutable: true },
    { name: 'oidc.circleci.com/workflow-id', type: 'string' },
    { name: 'oidc.circleci.com/job-id', type: 'string' },
    {
      name: 'oidc.circleci.com/ssh-rerun',
      type: 'boolean',
      advised: { why: 'bind it to false: in a job rerun with SSH a person has a shell' },
      risky: { true: 'in a job rerun with SSH a person has a shell' },
    },
  ],
  provenance: {
    repository: 'oidc.circleci.com/vcs-origin',
    repository_id: 'oidc.circleci.com/project-id',
    owner_id: 'oidc.circleci.com/org-id',
    ref: 'oidc.circleci.com/vcs-ref',
    run_id: 'oidc.circleci.com/pipeline-id',
  },
}
