import type { ProblemType } from '../problem-types.ts'

/** Of problems with trust policies and issuers. */
export const policyWords = {
  'policy-too-broad': {
    meaning:
      'The policy would let in more than its author can have meant: tokens of any repository, any branch, or anybody’s job.',
    remedy:
      'Bind what errors points at to exact values: an immutable id, and a ref, an environment or an event. What is meant to be open can be named in acknowledge, where the detail offers that.',
  },
  'unsafe-wildcard': {
    meaning: 'A wildcard stands where it would match values that somebody else can choose.',
    remedy: 'Write the part that names an owner or a repository out, and put * only after it.',
  },
  'immutable-id-required': {
    meaning:
      'The policy knows its repository or project only by a name. Names are given up and taken by others.',
    remedy:
      'Bind the immutable id as well, such as repository_id and repository_owner_id of GitHub, or say "acknowledge": ["mutable_identity"].',
  },
  'ambiguous-subject': {
    meaning: 'A subject is matched in a way that two different tokens could both satisfy.',
    remedy: 'Bind the claims that the subject is made of, each on its own.',
  },
  'non-canonical-value': {
    meaning:
      'A value can never match, because it is not written as the issuer writes it: other case, an encoding, a slash too many.',
    remedy:
      'Write it byte for byte as the token has it; POST /admin/v1/policy-evaluations shows it.',
  },
  'example-failed': {
    meaning:
      'One of the policy’s own examples did not come out as it says: a sample to accept is refused, or one to reject passes.',
    remedy: 'errors says which. Mend the policy, or the example.',
  },
  'preset-required': {
    meaning:
      'The issuer is a known, shared one, and can only be registered with the preset that knows its dangers.',
    remedy: 'Register it with the preset that the detail names.',
  },
  'invalid-issuer': {
    meaning:
      'The issuer cannot be used: its URL is not allowed, or its discovery document or key set is malformed.',
    remedy: 'Check the URL; it must be public https. The detail says what was found there.',
  },
  'issuer-mismatch': {
    meaning: 'The discovery document names another issuer than the one that is registered.',
    remedy: 'Register the issuer exactly as its discovery document and its tokens spell it.',
  },
  'issuer-unreachable': {
    meaning: 'The discovery document or the key set could not be fetched.',
    remedy:
      'Check that the URL answers from the internet, without a redirect, or give jwks inline.',
  },
} as const satisfies Partial<Record<ProblemType, { meaning: string; remedy: string }>>
