import type { Preset } from '../core/preset.ts'
import {
  githubActions,
  githubActionsDataResidency,
  githubActionsEnterpriseSlug,
  githubEnterpriseServer,
} from './github.ts'
import { gitlabCom, gitlabSelfManaged } from './gitlab.ts'

/** Every issuer kind that the gateway knows; `preset` of an issuer is the `id` of one of these. */
export const presets: readonly Preset[] = [
  githubActions,
  githubActionsEnterpriseSlug,
  githubActionsDataResidency,
  githubEnterpriseServer,
  gitlabCom,
  gitlabSelfManaged,
]

/** The preset with that id, or undefined. */
export const findPreset = (id: string): Preset | undefined =>
  presets.find((preset) => preset.id === id)
