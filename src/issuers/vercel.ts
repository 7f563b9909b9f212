import type { Preset } from '../core/preset.ts'

/** Vercel: an issuer per team, or the shared global one. */
export const vercel: Preset = {
  id: 'vercel',
  name: 'Vercel',
  family: 'vercel',
  issuer: null,
  hosts: ['oidc.vercel.com'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: true,
  replay: 'reusable',
  // Tokens for local development live longest: 12 hours.
  maxTokenAgeSeconds: 43_200,
  requiredIdentity: [['owner_id', 'project_id']],
  contextClaims: ['environment', 'sub'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: { by: ':', parts: 4 } },
    { name: 'owner', type: 'string', naming: 'all' },
    { name: 'owner_id', type: 'string', anchor: true },
    { name: 'project', type: 'string', naming: 'all' },
    { name: 'project_id', type: 'string', anchor: true },
    {
      name: 'environment',
      type: 'string',
      risky: {
        preview: 'a preview runs what a pull request proposes',
        development: 'development tokens lie on laptops for 12 hours',
      },
    },
    { name: 'external_sub' },
    { name: 'act', type: 'object' },
  ],
  provenance: {
    repository: 'project',
    repository_id: 'project_id',
    owner: 'owner',
    owner_id: 'owner_id',
    environment: 'environment',
  },
}
