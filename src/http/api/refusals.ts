import type { ProblemType } from '../problem-types.ts'
import { changesSomething, type Description } from './operation.ts'

const always = [
  'authentication-required',
  'insufficient-scope',
  'too-many-requests',
  'dependency-unavailable',
  'bug',
] as const

const ofBodies = [
  'malformed-body',
  'unsupported-media-type',
  'body-too-large',
  'validation-failed',
  'unknown-field',
] as const

const ofKeys = [
  'validation-failed',
  'idempotency-replay',
  'idempotency-mismatch',
  'idempotency-pending',
] as const

/** Every problem that an operation may answer: its own, and those of all of its kind. */
export const refusalsOf = (operation: Description): readonly ProblemType[] => {
  const { method, path, query, body, etag, refusals } = operation
  const all: readonly ProblemType[] = [
    ...always,
    ...refusals,
    ...(path.includes('{') ? (['not-found'] as const) : []),
    ...(query === undefined ? [] : (['validation-failed'] as const)),
    ...(body === undefined ? [] : ofBodies),
    // A change is not made with a parameter that it does not know.
    ...(method === 'GET' ? [] : (['unknown-field'] as const)),
    ...(method === 'POST' ? ofKeys : []),
    // What a change depends on may have changed since it was read, with or without If-Match.
    ...(changesSomething(operation) ? (['tenant-suspended', 'precondition-failed'] as const) : []),
    ...(etag === 'required' ? (['precondition-required'] as const) : []),
  ]
  return [...new Set(all)].toSorted()
}
