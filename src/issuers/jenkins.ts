import type { Preset } from '../core/preset.ts'

/** Jenkins with the oidc-provider plugin; its operator decides what tokens say. */
export const jenkins: Preset = {
  id: 'jenkins-oidc-provider',
  name: 'Jenkins (oidc-provider plugin)',
  family: 'jenkins-oidc-provider',
  issuer: null,
  hosts: [],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: false,
  replay: 'reusable',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['sub']],
  contextClaims: [],
  gates: [],
  claims: [
    {
      name: 'sub',
      type: 'string',
      anchor: true,
      caution: 'a job that is renamed or made again may take over the URL of another',
    },
    // A string where the claim template quotes it.
    { name: 'build_number' },
  ],
  provenance: { repository: 'sub', run_id: 'build_number' },
}
