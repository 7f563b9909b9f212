import type { Preset } from '../core/preset.ts'

/** HCP Terraform, one issuer for everybody; Terraform Enterprise has the same tokens elsewhere. */
export const hcpTerraform: Preset = {
  id: 'hcp-terraform',
  name: 'HCP Terraform / Terraform Enterprise',
  family: 'hcp-terraform',
  issuer: 'https://app.terraform.io',
  hosts: ['app.terraform.io', 'app.eu.terraform.io'],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: true,
  replay: 'reusable',
  // A token lives as long as its phase may.
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [
    ['terraform_organization_id', 'terraform_workspace_id'],
    ['terraform_organization_id', 'terraform_project_id'],
  ],
  contextClaims: ['terraform_run_phase', 'sub'],
  gates: [],
  claims: [
    { name: 'sub', type: 'string', naming: { by: ':', parts: 6 } },
    { name: 'terraform_organization_id', type: 'string', anchor: true },
    { name: 'terraform_organization_name', type: 'string', naming: 'all' },
    { name: 'terraform_project_id', type: 'string', anchor: true },
    { name: 'terraform_project_name', type: 'string', naming: 'all' },
    { name: 'terraform_workspace_id', type: 'string', anchor: true },
    { name: 'terraform_workspace_name', type: 'string', naming: 'all' },
    { name: 'terraform_full_workspace', type: 'string', naming: 'all' },
    { name: 'terraform_run_id', type: 'string' },
    {
      name: 'terraform_run_phase',
      type: 'string',
      risky: { plan: 'a plan also runs what a pull request proposes' },
    },
  ],
  provenance: {
    repository: 'terraform_workspace_name',
    repository_id: 'terraform_workspace_id',
    owner: 'terraform_organization_name',
    owner_id: 'terraform_organization_id',
    event: 'terraform_run_phase',
    run_id: 'terraform_run_id',
  },
  runUrl:
    '{iss}/app/{terraform_organization_name}/workspaces/{terraform_workspace_name}/runs/{terraform_run_id}',
}
