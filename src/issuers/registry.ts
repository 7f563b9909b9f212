import type { Preset } from '../core/preset.ts'
import { awsOutbound } from './aws.ts'
import { azureDevopsPipeline } from './azure-devops.ts'
import { bitbucket } from './bitbucket.ts'
import { buildkite } from './buildkite.ts'
import { circleci } from './circleci.ts'
import { codefresh } from './codefresh.ts'
import { depot } from './depot.ts'
import { fly } from './fly.ts'
import {
  githubActions,
  githubActionsDataResidency,
  githubActionsEnterpriseSlug,
  githubEnterpriseServer,
} from './github.ts'
import { gitlabCom, gitlabSelfManaged } from './gitlab.ts'
import { google } from './google.ts'
import { hcpTerraform } from './hcp-terraform.ts'
import { jenkins } from './jenkins.ts'
import { aks, eks, gke, kubernetes } from './kubernetes.ts'
import { semaphore } from './semaphore.ts'
import { spacelift } from './spacelift.ts'
import { vercel } from './vercel.ts'

/** Every issuer kind that the gateway knows; `preset` of an issuer is the `id` of one of these. */
export const presets: readonly Preset[] = [
  githubActions,
  githubActionsEnterpriseSlug,
  githubActionsDataResidency,
  githubEnterpriseServer,
  gitlabCom,
  gitlabSelfManaged,
  circleci,
  buildkite,
  bitbucket,
  azureDevopsPipeline,
  hcpTerraform,
  google,
  awsOutbound,
  kubernetes,
  eks,
  gke,
  aks,
  vercel,
  fly,
  codefresh,
  semaphore,
  jenkins,
  spacelift,
  depot,
]

/** The preset with that id, or undefined. */
export const findPreset = (id: string): Preset | undefined =>
  presets.find((preset) => preset.id === id)
