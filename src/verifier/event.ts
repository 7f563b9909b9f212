import type { RefusalReason } from './refused.ts'

/** What a verifier asks the gateway for. */
export type DocumentName = 'keys' | 'revocations' | 'introspection'

/** What a verifier tells its owner. Holds no token and nothing of one. */
export type VerifierEvent =
  | { readonly event: 'refused'; readonly reason: RefusalReason; readonly status: number }
  | { readonly event: 'fetched'; readonly document: DocumentName }
  | {
      readonly event: 'fetch_failed'
      readonly document: DocumentName
      /** Fixed text of ours. */
      readonly detail: string
    }

/** Makes what tells the owner: a hook that fails must never decide over a request. */
export const teller =
  (hook: ((event: VerifierEvent) => void) | undefined) =>
  (event: VerifierEvent): void => {
    try {
      // One that is async says so later, and nobody waits: unheard, it would end a process of Node.
      Promise.resolve(hook?.(event)).catch(() => {})
    } catch {
      // Its owner's fault, and nobody else's.
    }
  }
