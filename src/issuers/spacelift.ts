import type { Preset } from '../core/preset.ts'

/** Spacelift: an issuer per account and a fixed audience. */
export const spacelift: Preset = {
  id: 'spacelift',
  name: 'Spacelift',
  family: 'spacelift',
  issuer: null,
  hosts: ['.app.spacelift.io'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: false,
  fixedAudience: '{account}.app.spacelift.io',
  replay: 'reusable',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['spaceId', 'callerId']],
  contextClaims: ['runType', 'scope', 'sub'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: { by: ':', parts: 4 } },
    { name: 'spaceId', type: 'string', anchor: true },
    {
      name: 'callerType',
      type: 'string',
      advised: { beside: 'callerId', why: 'a stack and a module may have the same id' },
    },
    { name: 'callerId', type: 'string', anchor: true },
    {
      name: 'runType',
      type: 'string',
      advised: { why: 'runs proposed by pull requests are admitted' },
      risky: { PROPOSED: 'it runs what a pull request proposes' },
    },
    { name: 'runId', type: 'string' },
    { name: 'scope', type: 'string' },
  ],
  provenance: {
    repository: 'callerId',
    owner: 'spaceId',
    event: 'runType',
    run_id: 'runId',
  },
  runUrl: '{iss}/stack/{callerId}/run/{runId}',
}
