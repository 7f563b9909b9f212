import type { Preset } from '../core/preset.ts'

/** Google service-account ID tokens. People sign in with the same issuer, so only `sub` tells. */
export const google: Preset = {
  id: 'google',
  name: 'Google service-account ID token',
  family: 'google',
  issuer: 'https://accounts.google.com',
  hosts: ['accounts.google.com'],
  keySetOrigins: ['https://www.googleapis.com'],
  algorithms: ['RS256'],
  shared: true,
  replay: 'reusable',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['sub']],
  contextClaims: [],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', anchor: true },
    { name: 'azp', type: 'string', immutable: true },
    {
      name: 'email',
      type: 'string',
      naming: 'all',
      backedBy: ['sub'],
      caution: 'an account that is deleted and made again has the same address',
    },
    { name: 'email_verified', type: 'boolean' },
    { name: '/google/compute_engine/project_id', type: 'string', naming: 'all' },
    { name: '/google/compute_engine/instance_id', type: 'string' },
    { name: '/google/compute_engine/zone', type: 'string' },
  ],
  provenance: {
    repository: '/google/compute_engine/project_id',
    owner: 'email',
    owner_id: 'sub',
    run_id: '/google/compute_engine/instance_id',
  },
}
