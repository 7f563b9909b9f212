/**
 * The one issuer that a vendor has for all its customers, by the provider that provenance names. In a
 * token of any other issuer the words of a job are those of whoever runs that issuer.
 */
export const publicIssuers: Readonly<Record<string, string>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
  buildkite: 'https://agent.buildkite.com',
  codefresh: 'https://oidc.codefresh.io',
  depot: 'https://identity.depot.dev',
  google: 'https://accounts.google.com',
  'hcp-terraform': 'https://app.terraform.io',
}

/** Whether that issuer is the one that everybody knows a provider by. */
export const isPublicIssuer = (issuer: string, provider: string): boolean =>
  Object.hasOwn(publicIssuers, provider) && publicIssuers[provider] === issuer
