import type { ReplayMode } from './trust-policy.ts'

/**
 * Where a value spells the owner, group, project or repository, so that no wildcard may stand there
 * (R13) and only what comes after it counts as context (R10). `all`: everywhere. `groups`: a path
 * below whose first segment whole `*` segments stay with the same owner. Else in so many leading
 * parts when split at `by`: `repo:acme/app:ref:…` names them in two parts of `:`.
 */
export type Naming = 'all' | 'groups' | { readonly by: ':' | '/' | '//'; readonly parts: number }

/** What is known of one claim of an issuer. */
export interface ClaimFact {
  /** Top-level name, or a JSON Pointer (RFC 6901) for a nested claim, as a policy writes it. */
  readonly name: string
  /** JSON type that the issuer sends; left out where it varies or is not known. */
  readonly type?: 'string' | 'number' | 'boolean' | 'array' | 'object'
  /** Binding this claim by equality keeps other customers of the issuer out, for ever. */
  readonly anchor?: true
  /** An identifier that is never reassigned but keeps nobody out; like an anchor it takes no glob. */
  readonly immutable?: true
  /** The value spells names, which return to the pool after a rename or a deletion. */
  readonly naming?: Naming
  /** The platform ignores case here and we never do, so excluding a value excludes one spelling. */
  readonly ignoresCase?: true
  /** Why a policy should not rest on it alone; becomes a warning. */
  readonly caution?: string
  /** The caution in other words where the claim is bound to exact values only. */
  readonly exactCaution?: string
  /** What to bind as well, so that the caution is met. */
  readonly cure?: string
  /** What each value begins with; a value that does not is a slip and matches nothing. */
  readonly prefix?: string
  /** What no value begins with. */
  readonly never?: string
  /** All values that the issuer is known to send. */
  readonly known?: readonly string[]
  /** The caller chooses it or it collides: binding it is refused, with `caution` as the reason. */
  readonly refused?: true
  /** Where one of these is bound as well, the caution is met and the warning left out. */
  readonly backedBy?: readonly string[]
  /** Why leaving it unbound is risky (when `beside`, if given, is bound); becomes a warning. */
  readonly advised?: { readonly beside?: string; readonly why: string }
  /** Value → why admitting it is risky; becomes a warning. */
  readonly risky?: Readonly<Record<string, string>>
  /** A value with this in it is risky, and why; becomes a warning. */
  readonly riskyPart?: { readonly holds: string; readonly why: string }
}

/** A condition on every token of an issuer that no policy can waive. */
export type Gate =
  | { readonly kind: 'deny'; readonly claim: string; readonly values: readonly string[] }
  | { readonly kind: 'require'; readonly claim: string }
  | { readonly kind: 'same'; readonly claim: string; readonly other: string }

/** The facts of a job that a token carries on as provenance; each names the claim it comes from. */
export type ProvenanceMember =
  | 'repository'
  | 'repository_id'
  | 'owner'
  | 'owner_id'
  | 'ref'
  | 'sha'
  | 'workflow'
  | 'environment'
  | 'event'
  | 'run_id'

/** What tokens of one kind of issuer look like: data, never code. */
export interface Preset {
  readonly id: string
  readonly name: string
  /** Presets of one family share identity, context and gates: `github`, `gitlab`, or the id. */
  readonly family: string
  /** The exact issuer URL where the vendor has one, else null (each customer has their own). */
  readonly issuer: string | null
  /** Hosts of the vendor: `x.example` exactly, `.x.example` with everything below. */
  readonly hosts: readonly string[]
  /** Origins other than the issuer's own where its key set may live. */
  readonly keySetOrigins: readonly string[]
  readonly algorithms: readonly string[]
  /** Unrelated customers share this issuer, so identity must be bound. */
  readonly shared: boolean
  /** The `aud` that every token has where the job cannot choose one (braces: per customer). */
  readonly fixedAudience?: string
  readonly replay: ReplayMode
  /** Seconds; also the longest lifetime, so never below what the vendor documents (R6: ≤ 86400). */
  readonly maxTokenAgeSeconds: number
  /** Alternatives; of one alternative, all must be bound by exact values. */
  readonly requiredIdentity: readonly (readonly string[])[]
  /** One of these must be bound; empty: no context is required. */
  readonly contextClaims: readonly string[]
  readonly gates: readonly Gate[]
  readonly claims: readonly ClaimFact[]
  /** Beginnings of claim names that customers choose the rest of. */
  readonly openPrefixes?: readonly string[]
  readonly provenance: Readonly<Partial<Record<ProvenanceMember, string>>>
  /**
   * How `run_url` is built: parts between braces are claims; `{iss}` is the issuer without a
   * trailing slash and `{iss_origin}` its origin, for vendors that customers host themselves.
   */
  readonly runUrl?: string
}
