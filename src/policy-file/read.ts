import type * as z from 'zod'
import { lintValues } from '../core/lint/values.ts'
import { nearestName } from '../core/nearest-name.ts'
import { err, ok, type Result } from '../core/result.ts'
import { inWords } from '../core/shape/words.ts'
import type { Ref } from '../core/state/entry.ts'
import { type FilePolicy, TrustPolicies, toRef } from './format.ts'
import { byPlace, type Fault, type Locate } from './place.ts'
import { type PlainDocument, readYaml } from './yaml-text.ts'

/** Policies of one account as a file has them, and where they stand. */
export interface FileAccount {
  readonly account: Ref
  readonly policies: readonly FilePolicy[]
  /** Finds a JSON Pointer into the document. */
  readonly locate: Locate
}

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const faultsOfIssue = (issue: z.core.$ZodIssue, locate: Locate): Fault[] => {
  const pointer = pointerOf(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n')
    return issue.keys.map((key, at) => ({
      code: 'unknown-field',
      message: `\`${key}\`: ${messages[at] ?? 'this field is not known here'}`,
      ...locate(`${pointer}${pointerOf([key])}`, 'key'),
    }))
  }
  const name = issue.path.filter((part) => typeof part === 'string').at(-1)
  const message = name === undefined ? issue.message : `\`${String(name)}\`: ${issue.message}`
  return [{ code: 'shape', message, ...locate(pointer) }]
}

const operators = ['any_of', 'not', 'glob', 'contains', 'present']

const slipOf = (pointer: string): string => {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1)
  const near = operators.includes(name) ? undefined : nearestName(name, operators)
  return near === undefined ? '' : ` Did you mean \`${near}\`?`
}

/** What is wrong with how matchers are written, which the schema leaves to the lint's own words. */
const faultsOfClaims = (policies: readonly FilePolicy[], locate: Locate): Fault[] =>
  policies.flatMap(({ bound_claims: claims }, i) =>
    lintValues(claims).map(({ slug, pointer, detail }) => ({
      code: slug,
      message: `${detail}${detail.includes('no such operator') ? slipOf(pointer) : ''}`,
      ...locate(`/policies/${i}${pointer}`),
    })),
  )

const faultsOfNames = (policies: readonly FilePolicy[], locate: Locate): Fault[] =>
  policies.flatMap(({ name }, i) =>
    policies.findIndex((other) => other.name === name) === i
      ? []
      : [
          {
            code: 'name-twice',
            message: `the account has two policies named "${name}" here; each needs its own name`,
            ...locate(`/policies/${i}/name`),
          },
        ],
  )

const readDocument = ({ value, locate }: PlainDocument): Result<FileAccount, Fault[]> => {
  const read = TrustPolicies.safeParse(value, { error: inWords })
  if (!read.success) {
    return err(read.error.issues.flatMap((issue) => faultsOfIssue(issue, locate)))
  }
  const { service_account: text, policies } = read.data
  const account = toRef(text)
  const faults = [...faultsOfClaims(policies, locate), ...faultsOfNames(policies, locate)]
  if (account === undefined || faults.length > 0) return err(faults)
  return ok({ account, policies, locate })
}

// A broken text can have thousands.
const maxFaults = 100

/** Reads a policy file, or says everything that is wrong with it, in the order of the text. */
export const readPolicyFile = (text: string): Result<readonly FileAccount[], readonly Fault[]> => {
  const { documents, faults: written } = readYaml(text)
  const read = documents.map(readDocument)
  const faults = [...written, ...read.flatMap((each) => (each.ok ? [] : each.error))]
  if (faults.length > 0) return err(faults.sort(byPlace).slice(0, maxFaults))
  return ok(read.flatMap((each) => (each.ok ? [each.value] : [])))
}
