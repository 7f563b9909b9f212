import type { ProblemType } from '../problem-types.ts'

/** Of problems with what there is already: names, numbers, versions, requests made before. */
export const stateWords = {
  'name-taken': {
    meaning: 'There is an object of this name in the namespace or the account already.',
    remedy: 'Choose another name, or change the object that has it.',
  },
  'identifier-taken': {
    meaning:
      'A resource server with this identifier exists in this deployment. Identifiers are unique, since tokens are issued for them.',
    remedy: 'Use the resource server that there is, or choose an identifier under your own domain.',
  },
  'issuer-exists': {
    meaning: 'This issuer is registered in the namespace, above it or below it already.',
    remedy: 'Use the registration that there is: policies find it by the issuer’s URL.',
  },
  'issuer-disabled': {
    meaning: 'The policy is about an issuer that is disabled.',
    remedy: 'Enable the issuer first, or save the policy for another one.',
  },
  'quota-exceeded': {
    meaning:
      'There are as many objects of this kind as there may be, or a document changes more at once than it may.',
    remedy: 'Delete one that is no longer needed; apply a long document in parts.',
  },
  'rotation-pending': {
    meaning: 'The next signing key is published already, for another algorithm.',
    remedy: 'Rotate without algorithm to use that key, or revoke it first.',
  },
  'idempotency-replay': {
    meaning:
      'The object was made under this Idempotency-Key before. Its secret was shown then, and is not kept.',
    remedy:
      'If that answer was lost, delete or reset the object, and make a new one under a new key.',
  },
  'idempotency-mismatch': {
    meaning: 'The first request under this Idempotency-Key had another body.',
    remedy: 'Send the same body, or use a new key.',
  },
  'idempotency-pending': {
    meaning: 'The first request under this Idempotency-Key is under way, or was cut off.',
    remedy: 'Wait and repeat. If that does not help, look whether the object is there.',
  },
  'in-use': {
    meaning: 'Something else refers to the object, or to the part of it that would go.',
    remedy: 'Remove what refers to it first; the detail says what that is.',
  },
  'last-owner': {
    meaning: 'Nobody would be left who can administer the namespace.',
    remedy: 'Bind the role owner to another account first, one that can act.',
  },
  'approval-required': {
    meaning:
      'The namespace wants the word of another owner for what lets more in, and a new account cannot wait with its policies. Nothing was made.',
    remedy:
      'Make the account without trust_policies, and post each policy on its own: it waits until another owner approves it.',
  },
  'not-pending': {
    meaning: 'The change was approved or rejected before, or it has waited for too long.',
    remedy: 'Read it to see what became of it, and ask for it again if it is still wanted.',
  },
  'precondition-required': {
    meaning: 'The change needs the version that it is based on, so that nobody’s change is lost.',
    remedy: 'Read the object and send its ETag as If-Match.',
  },
  'precondition-failed': {
    meaning: 'The object, or what the change depends on, has changed since it was read.',
    remedy: 'Read it again, look at what is new, and repeat the change with the new ETag.',
  },
} as const satisfies Partial<Record<ProblemType, { meaning: string; remedy: string }>>
