import { error } from '@actions/core'
import type { Failure } from '../pipeline/failure.ts'
import { claimInWords } from '../pipeline/refusal.ts'
import { harmless } from './log.ts'

/**
 * What to do next; an admin finds the whole story by the id. Never by `npx`, which outside a checkout
 * would run whatever has that name on the registry.
 */
export const nextLines = ({ next, decisionId = '' }: Failure): string[] => [
  ...next.split('\n'),
  ...(next.includes(decisionId) ? [] : [`gatehouse decisions show ${decisionId}`]),
]

const inLines = (failure: Failure): string[] => [
  failure.message,
  ...(failure.failedClaims ?? []).map((claim) => `  this job has ${claimInWords(claim)}`),
  ...nextLines(failure).map((line, at) => (at === 0 ? `next: ${line}` : line)),
]

/** Ends the log with one block that says why there is no token; it is the step's annotation, too. */
export const annotate = (failure: Failure): void =>
  error(inLines(failure).map(harmless).join('\n'), { title: 'Gatehouse: no access token' })
