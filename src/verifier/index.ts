export { type Answer, metadataAnswer, refusalAnswer } from './answer.ts'
export type { Challenging, Scheme } from './challenge.ts'
export type { DpopMode, DpopOptions } from './dpop/options.ts'
export type { FirstUse, SpentProof } from './dpop/proof-memory.ts'
export type { DocumentName, VerifierEvent } from './event.ts'
export type { FeedOptions, IntrospectionOptions, VerifierOptions } from './options.ts'
export { type Lifetime, type Presented, presentedBy } from './presented.ts'
export type { NamespaceGrant, Principal, Provenance } from './principal.ts'
export type { ProtectedResource, ResourceDescription } from './protected-resource.ts'
export { type BearerError, type RefusalReason, Refused } from './refused.ts'
export {
  type ProvenanceRule,
  type Requirement,
  requireAll,
  requireAnyScope,
  requireMaxAge,
  requireNamespace,
  requirePolicy,
  requireProvenance,
  requireScopes,
} from './requirements.ts'
export { createVerifier, type Verifier } from './verifier.ts'
