import type { ZodError } from 'zod'
import { exactValues } from '../../core/matcher.ts'
import type { Matcher } from '../../core/trust-policy.ts'
import type { Fault, Locate } from '../place.ts'
import { presetOf } from '../policy.ts'
import type { WrittenPolicy } from '../write.ts'

/** What is said on the command line, because the other system does not know it. */
export interface ImportTarget {
  /** What jobs ask for from now on. */
  readonly audience: string
  /** Where the format does not name it: a URL or the id of a preset. */
  readonly issuer: string | undefined
  /** Names policies that have no name of their own. */
  readonly fileName: string
}

/** Something about the import that a person has to look at. */
export interface ImportFinding extends Fault {
  readonly severity: 'error' | 'warning'
}

/** What came of one file. */
export interface Imported {
  readonly policies: readonly WrittenPolicy[]
  readonly findings: readonly ImportFinding[]
}

/** Gathers what is found while a file is read. */
export interface Notes {
  readonly findings: ImportFinding[]
  /** Cannot be carried over: the policy is not written. */
  readonly refuse: (pointer: string, message: string) => null
  /** Is written, and accepts less than before. */
  readonly narrow: (pointer: string, message: string) => void
}

/** Opens the notes of one document. */
export const openNotes = (locate: Locate): Notes => {
  const findings: ImportFinding[] = []
  return {
    findings,
    refuse: (pointer, message) => {
      findings.push({ severity: 'error', code: 'not_carried_over', message, ...locate(pointer) })
      return null
    },
    narrow: (pointer, message) => {
      findings.push({ severity: 'warning', code: 'narrowed', message, ...locate(pointer) })
    },
  }
}

/** The pointer to a member, by the pointer to what holds it. */
export const pointerBelow = (base: string, ...names: readonly PropertyKey[]): string =>
  names.reduce<string>(
    (pointer, name) => `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    base,
  )

/** Tells each thing in which a document is not what its format says, where it stands. */
export const refuseShape = ({ issues }: ZodError, base: string, notes: Notes): void => {
  for (const issue of issues) {
    const at = pointerBelow(base, ...issue.path)
    if (issue.code !== 'unrecognized_keys') notes.refuse(at, issue.message)
    else for (const key of issue.keys) notes.refuse(pointerBelow(at, key), `${key} is not known`)
  }
}

/** Joins matchers of which one has to match. */
export const anyOf = (matchers: readonly Matcher[]): Matcher => {
  const [only] = matchers
  return matchers.length === 1 && only !== undefined ? only : { any_of: matchers }
}

const bindsIds = (
  { bound_claims: claims }: WrittenPolicy,
  alternatives: readonly (readonly string[])[],
) => alternatives.some((names) => names.every((name) => exactValues(claims[name]) !== null))

/**
 * Finishes a policy: where the ids are missing that its preset asks for, it says which. Other
 * systems bind names, and a name passes to whoever takes it next.
 */
export const finished = (policy: WrittenPolicy, notes: Notes, locate: Locate): WrittenPolicy => {
  const preset = presetOf(policy)
  const ids = preset.ok ? (preset.value?.requiredIdentity ?? []) : []
  if (ids.length === 0 || bindsIds(policy, ids)) return policy
  const wanted = ids.map((names) => names.join(' and ')).join(', or ')
  const message = `"${policy.name}" binds names only; add ${wanted} before it can be saved`
  notes.findings.push({ severity: 'warning', code: 'ids_missing', message, ...locate('') })
  return {
    ...policy,
    comments: [...(policy.comments ?? []), `add ${wanted}: names can be taken by others`],
  }
}
