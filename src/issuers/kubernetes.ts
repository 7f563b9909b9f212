import type { Preset } from '../core/preset.ts'

const family = {
  family: 'kubernetes',
  issuer: null,
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: false,
  // The kubelet writes one token, and the workload reads it again and again.
  replay: 'reusable',
  // `expirationSeconds` of the volume decides; EKS asks for a day.
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [['sub']],
  contextClaims: [],
  gates: [],
  claims: [
    {
      name: 'sub',
      type: 'string',
      anchor: true,
      backedBy: ['/kubernetes.io/serviceaccount/uid'],
      caution: 'a service account that is deleted and made again has the same subject',
    },
    { name: '/kubernetes.io/namespace', type: 'string', naming: 'all' },
    { name: '/kubernetes.io/serviceaccount/name', type: 'string', naming: 'all' },
    { name: '/kubernetes.io/serviceaccount/uid', type: 'string', immutable: true },
    { name: '/kubernetes.io/pod/name', type: 'string' },
    { name: '/kubernetes.io/pod/uid', type: 'string' },
    { name: '/kubernetes.io/node/name', type: 'string' },
  ],
  provenance: {
    repository: '/kubernetes.io/serviceaccount/name',
    repository_id: '/kubernetes.io/serviceaccount/uid',
    owner: '/kubernetes.io/namespace',
    run_id: '/kubernetes.io/pod/uid',
  },
} as const satisfies Partial<Preset>

/** A Kubernetes cluster of one's own, often with an issuer that nobody outside can reach. */
export const kubernetes: Preset = {
  ...family,
  id: 'kubernetes',
  name: 'Kubernetes service-account token (generic)',
  hosts: [],
  algorithms: ['RS256', 'ES256'],
}

/** Amazon EKS. No hosts: `.amazonaws.com` also serves issuers that people publish in buckets. */
export const eks: Preset = {
  ...family,
  id: 'eks',
  name: 'Amazon EKS service-account token (IRSA)',
  hosts: [],
}

/** Google GKE: an issuer per cluster. */
export const gke: Preset = {
  ...family,
  id: 'gke',
  name: 'Google GKE',
  hosts: ['container.googleapis.com'],
}

/** Azure AKS: an issuer per cluster, and its trailing slash is part of the name. */
export const aks: Preset = {
  ...family,
  id: 'aks',
  name: 'Azure AKS',
  hosts: ['.oic.prod-aks.azure.com'],
}
