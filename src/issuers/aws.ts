import type { Preset } from '../core/preset.ts'

/** AWS outbound identity federation (STS GetWebIdentityToken): an issuer per account. */
export const awsOutbound: Preset = {
  id: 'aws-outbound',
  name: 'AWS outbound identity federation (STS GetWebIdentityToken)',
  family: 'aws-outbound',
  issuer: null,
  hosts: ['.tokens.sts.global.api.aws'],
  keySetOrigins: [],
  algorithms: ['ES384', 'RS256'],
  shared: false,
  replay: 'single_use',
  maxTokenAgeSeconds: 3600,
  requiredIdentity: [['sub']],
  contextClaims: [],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', anchor: true },
    { name: '/https:~1~1sts.amazonaws.com~1/aws_account', type: 'string', anchor: true },
    { name: '/https:~1~1sts.amazonaws.com~1/org_id', type: 'string', anchor: true },
    { name: '/https:~1~1sts.amazonaws.com~1/ou_path', type: 'string' },
    { name: '/https:~1~1sts.amazonaws.com~1/source_region', type: 'string' },
    { name: '/https:~1~1sts.amazonaws.com~1/principal_tags', type: 'object' },
    {
      name: '/https:~1~1sts.amazonaws.com~1/request_tags',
      type: 'object',
      refused: true,
      caution: 'the caller writes whatever it likes into its request tags',
    },
    { name: '/https:~1~1sts.amazonaws.com~1/lambda_source_function_arn', type: 'string' },
    {
      name: '/https:~1~1sts.amazonaws.com~1/source_identity',
      type: 'string',
      caution: 'it says who assumed the role, not what the role may do',
    },
  ],
  provenance: { owner: 'sub', owner_id: '/https:~1~1sts.amazonaws.com~1/aws_account' },
}
