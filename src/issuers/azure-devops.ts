import type { Preset } from '../core/preset.ts'

/** Azure DevOps pipeline token: one key set for all organisations, so `iss` keeps them apart. */
export const azureDevopsPipeline: Preset = {
  id: 'azure-devops-pipeline',
  name: 'Azure DevOps pipeline token',
  family: 'azure-devops-pipeline',
  issuer: null,
  hosts: ['vstoken.dev.azure.com'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: false,
  fixedAudience: 'api://AzureADTokenExchange',
  replay: 'single_use',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['org_id', 'prj_id']],
  contextClaims: ['rpo_ref'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: 'all' },
    { name: 'org_id', type: 'string', anchor: true },
    { name: 'prj_id', type: 'string', anchor: true },
    {
      name: 'def_id',
      type: 'string',
      immutable: true,
      advised: { beside: 'prj_id', why: 'every pipeline of the project is admitted' },
    },
    { name: 'rpo_id', type: 'string', anchor: true },
    { name: 'rpo_uri', type: 'string', naming: 'all' },
    {
      name: 'rpo_ref',
      type: 'string',
      backedBy: ['def_id', 'rpo_id'],
      caution: 'a branch of any repository may have the same name',
    },
    { name: 'rpo_ver', type: 'string' },
    { name: 'run_id', type: 'string' },
  ],
  provenance: {
    repository: 'rpo_uri',
    repository_id: 'rpo_id',
    owner_id: 'org_id',
    ref: 'rpo_ref',
    sha: 'rpo_ver',
    workflow: 'def_id',
    run_id: 'run_id',
  },
}
