import type { AssertionFault } from './assertion-claims.ts'
import type { ClaimFault } from './claim-set.ts'
import type { ShapeFault } from './compact-jwt.ts'
import type { ProofFault } from './dpop.ts'
import type { EarnedDetail } from './earned-detail.ts'
import type { SignatureFault } from './jws-header.ts'

/** What is wrong with a request before anybody's identity matters. */
export type RequestFault =
  | 'missing_grant_type'
  | 'missing_client_id'
  | 'missing_subject_token'
  | 'missing_assertion'
  | 'missing_token'
  | 'missing_pairing_code'
  | 'feed_audience'
  | 'subject_token_type'
  | 'requested_token_type'
  | 'actor_token'
  | 'repeated_parameter'
  | 'query_parameter'
  | 'too_many_parameters'
  | 'malformed_form'
  | 'two_credentials'
  | 'conflicting_client_id'
  | 'client_assertion_type'

/** Why a client was refused; the caller never learns which. */
export type ClientFault =
  | 'unknown_client'
  | 'unnamed_client'
  | 'disabled'
  | 'suspended'
  | 'wrong_secret'
  | 'expired_secret'
  | 'credentials_off'
  | 'no_credential'
  | 'malformed_credential'
  | 'unregistered_method'
  | 'unsupported_assertion'
  | AssertionFault
  | 'expired_key'
  | 'assertion_reused'
  | 'may_not_introspect'

/** Why a bearer token does not open an endpoint; the caller never learns which. */
export type BearerFault = 'bearer_token' | 'may_not_introspect'

/** Why a named token of ours was refused as a subject token. */
export type NamedTokenFault = 'no_named_token' | 'unknown_named_token' | 'expired_named_token'

/** Why a job could not show who it is with a pairing code: none that waits, or no token for us now. */
export type PairingFault = 'unknown_pairing_code' | 'unfit_to_pair'

/** Why a subject token was refused; the caller learns no more than `earned` holds. */
export type SubjectFault =
  | ShapeFault
  | SignatureFault
  | ClaimFault
  | 'unknown_account'
  | 'disabled'
  | 'suspended'
  | 'unknown_issuer'
  | 'no_policy'
  | 'no_policy_matched'
  | 'reused'
  | NamedTokenFault
  | PairingFault

/** Every way in which the token endpoint says no. */
export type Denial =
  | { readonly reason: 'invalid_request'; readonly fault: RequestFault }
  | { readonly reason: 'unsupported_grant_type' }
  | {
      readonly reason: 'client_refused'
      readonly fault: ClientFault | SubjectFault
      /** Only an outside token that stands in for a client credential can have earned it. */
      readonly earned: EarnedDetail | null
    }
  | { readonly reason: 'invalid_dpop_proof'; readonly fault: ProofFault }
  | { readonly reason: 'bearer_refused'; readonly fault: BearerFault }
  | {
      readonly reason: 'subject_token_refused'
      readonly fault: SubjectFault
      readonly earned: EarnedDetail | null
    }
  | { readonly reason: 'invalid_target' }
  | { readonly reason: 'invalid_scope' }
  | { readonly reason: 'unauthorized_client' }
  | { readonly reason: 'rate_limited' | 'over_ceiling'; readonly retryAfterSeconds: number }

/** A denied outside token about which nothing more may be said. */
export const subjectRefused = (
  fault: SubjectFault,
  earned: EarnedDetail | null = null,
): Denial => ({ reason: 'subject_token_refused', fault, earned })

/** A client that is not who it says it is, about which nothing more may be said. */
export const clientRefused = (
  fault: ClientFault | SubjectFault,
  earned: EarnedDetail | null = null,
): Denial => ({ reason: 'client_refused', fault, earned })

/** The word for a denial in logs and decisions: the fault where there is one. */
export const denialWord = (denial: Denial): string =>
  'fault' in denial ? denial.fault : denial.reason
