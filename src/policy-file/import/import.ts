import type { Fault } from '../place.ts'
import { type PlainDocument, readYaml } from '../yaml-text.ts'
import { importAws } from './aws.ts'
import {
  type Imported,
  type ImportFinding,
  type ImportTarget,
  openNotes,
  pointerBelow,
} from './imported.ts'
import { importOctoSts } from './octo-sts.ts'
import { importVault } from './vault.ts'

const importers = { 'octo-sts': importOctoSts, aws: importAws, vault: importVault } as const

/** Where policies can come from. */
export type ImportSource = keyof typeof importers
export const importSources = Object.keys(importers) as readonly ImportSource[]

const asFinding = (fault: Fault): ImportFinding => ({ ...fault, severity: 'error' })

/** Where a member is called `__proto__`: copies of an object lose it, and it may be a condition. */
const lostMembers = (value: unknown, base = ''): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, child]) => {
    const pointer = pointerBelow(base, name)
    return [...(name === '__proto__' ? [pointer] : []), ...lostMembers(child, pointer)]
  })
}

const importDocument = (
  source: ImportSource,
  document: PlainDocument,
  target: ImportTarget,
): Imported => {
  const lost = lostMembers(document.value)
  if (lost.length === 0) return importers[source](document, target)
  const notes = openNotes(document.locate)
  for (const pointer of lost) notes.refuse(pointer, 'no policy here can bind __proto__')
  return { policies: [], findings: notes.findings }
}

/** Reads what another system trusts. JSON is YAML, so each place in either is known. */
export const importText = (source: ImportSource, text: string, target: ImportTarget): Imported => {
  const { documents, faults } = readYaml(text)
  const imported = documents.map((document) => importDocument(source, document, target))
  return {
    // A key that is there twice, or a number that reads as another, may be a condition that is lost.
    policies: faults.length > 0 ? [] : imported.flatMap(({ policies }) => policies),
    findings: [...faults.map(asFinding), ...imported.flatMap(({ findings }) => findings)],
  }
}
