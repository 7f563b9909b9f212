import type { Fault } from '../place.ts'
import { readYaml } from '../yaml-text.ts'
import { importAws } from './aws.ts'
import type { Imported, ImportFinding, ImportTarget } from './imported.ts'
import { importOctoSts } from './octo-sts.ts'
import { importVault } from './vault.ts'

const importers = { 'octo-sts': importOctoSts, aws: importAws, vault: importVault } as const

/** Where policies can come from. */
export type ImportSource = keyof typeof importers
export const importSources = Object.keys(importers) as readonly ImportSource[]

const asFinding = (fault: Fault): ImportFinding => ({ ...fault, severity: 'error' })

/** Reads what another system trusts. JSON is YAML, so each place in either is known. */
export const importText = (source: ImportSource, text: string, target: ImportTarget): Imported => {
  const { documents, faults } = readYaml(text)
  const imported = documents.map((document) => importers[source](document, target))
  return {
    policies: imported.flatMap(({ policies }) => policies),
    findings: [...faults.map(asFinding), ...imported.flatMap(({ findings }) => findings)],
  }
}
