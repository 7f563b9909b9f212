import type { ProblemType } from '../problem-types.ts'
import { policyWords } from './policy-problem-words.ts'
import { stateWords } from './state-problem-words.ts'

/** What a type of problem means, and what to do next. */
export interface Words {
  readonly meaning: string
  readonly remedy: string
}

/** The words of every type of problem; adding one does not compile until this says what it is. */
export const problemWords: Readonly<Record<ProblemType, Words>> = {
  ...policyWords,
  ...stateWords,
  'authentication-required': {
    meaning:
      'The request carried no bearer token, or one that this gateway does not accept now: expired, revoked, for another API, or of an account that is disabled or has no access to the admin API.',
    remedy:
      'Get an access token for urn:gatehouse:admin at /oauth/token and send it as Authorization: Bearer. A token in a cookie or a query is not read.',
  },
  'permission-denied': {
    meaning:
      'The account may know of the object, but lacks the permission that is named, in the namespace that is named. A few things are refused to everybody, such as changing what is built in; then the detail says so.',
    remedy:
      'Have somebody who holds the permission bind a role that has it to the account, in that namespace or above it.',
  },
  'insufficient-scope': {
    meaning: 'The account holds the permission, but the scope of its token leaves it out.',
    remedy: 'Get a token with the permission in its scope, or without asking for a scope at all.',
  },
  'privilege-escalation': {
    meaning:
      'The change would hand out more than the caller holds. Making roles, bindings, policies and credentials counts as handing out all that follows from them; some changes need the role owner.',
    remedy:
      'Ask for less, or have it done by somebody who holds all that the account or the role holds, in the same namespaces.',
  },
  'self-modification': {
    meaning:
      'An account tried to change its own credentials, policies, roles or switches, or to approve what it, or the same hand, asked for.',
    remedy: 'Have it done by another account; what waits for approval, by another owner.',
  },
  'tenant-suspended': {
    meaning:
      'The namespace, or one above it, is suspended. What lies in it can be read, and not changed.',
    remedy:
      'Have somebody with authority above the suspended namespace enable it: PATCH it with {"enabled":true}.',
  },
  'not-found': {
    meaning:
      'There is no such object, or the caller may not read it; the two look alike on purpose. Or there is no such collection, or it does not take this method.',
    remedy:
      'Check the id and the path: ids are lower case, no slash ends a path. Check that the caller may read the collection in the namespace of the object.',
  },
  'method-not-allowed': {
    meaning:
      'The trail of what was done is only ever added to, by what is done: nobody can write, change or delete its events.',
    remedy: 'Read it with GET. The attempt is an event by now.',
  },
  'malformed-body': {
    meaning:
      'The body is no acceptable JSON object: broken, nested too deeply, with a member named twice, or text that is no Unicode.',
    remedy: 'Send one JSON object in UTF-8, each member once.',
  },
  'unsupported-media-type': {
    meaning: 'The body is not declared as JSON, or it is compressed.',
    remedy: 'Send Content-Type: application/json, without Content-Encoding.',
  },
  'body-too-large': {
    meaning: 'The body is larger than 64 KiB.',
    remedy: 'Send less. Several objects go in several requests.',
  },
  'invalid-cursor': {
    meaning:
      'The cursor was not made by this gateway for this list and this tenant, or it was changed on the way.',
    remedy: 'Start again without cursor, and pass next_cursor on exactly as it was answered.',
  },
  'validation-failed': {
    meaning:
      'A member of the body, a parameter of the query or a header is not as expected. errors points at each of them.',
    remedy: 'Correct what errors points at, and send the request again.',
  },
  'unknown-field': {
    meaning:
      'The body has members that are not known here, or that only the server sets; or a call that changes something has query parameters that it does not take. Nothing is ignored, so that no mistake in spelling goes unnoticed.',
    remedy: 'Leave out what errors points at, or spell it as the reference does.',
  },
  'invalid-reference': {
    meaning:
      'The body refers to an object that does not exist, or that cannot be used from this namespace.',
    remedy: 'Make the object first, or refer to one that is visible there: in it or above it.',
  },
  'too-many-requests': {
    meaning:
      'There were too many such requests in a short time: changes and refused calls of one account, or tests of one address.',
    remedy: 'Wait as long as Retry-After says. RateLimit says how much is left.',
  },
  'dependency-unavailable': {
    meaning:
      'Something that the gateway depends on, mostly its database, is out of reach. A change whose answer was lost may have been made all the same.',
    remedy:
      'Wait as long as Retry-After says and read the object before repeating a change. A POST under an Idempotency-Key can be repeated safely.',
  },
  bug: {
    meaning: 'The gateway failed in a way that nobody foresaw.',
    remedy: 'Report it, with the id in the detail: the log knows the failure by it.',
  },
}
