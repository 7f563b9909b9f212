import type { Preset } from '../core/preset.ts'

/** Fly.io: an issuer per organisation, named by a slug that can change hands. */
export const fly: Preset = {
  id: 'fly',
  name: 'Fly.io',
  family: 'fly',
  issuer: null,
  hosts: ['oidc.fly.io'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: false,
  replay: 'single_use',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['org_id', 'app_id']],
  contextClaims: [],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: { by: ':', parts: 2 } },
    { name: 'org_id', type: 'string', anchor: true },
    { name: 'org_name', type: 'string', naming: 'all' },
    { name: 'app_id', type: 'string', anchor: true },
    { name: 'app_name', type: 'string', naming: 'all' },
    { name: 'machine_id', type: 'string' },
    { name: 'machine_name', type: 'string' },
    { name: 'machine_version', type: 'string' },
    { name: 'image', type: 'string', caution: 'a tag can be moved; image_digest pins the content' },
    { name: 'image_digest', type: 'string', immutable: true },
    { name: 'region', type: 'string' },
  ],
  provenance: {
    repository: 'app_name',
    repository_id: 'app_id',
    owner: 'org_name',
    owner_id: 'org_id',
    sha: 'image_digest',
    run_id: 'machine_id',
  },
}
