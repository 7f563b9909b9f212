import type { Context } from '../context.ts'
import { noteUse } from '../store/credentials/last-use.ts'
import type { UsedCredential } from './grant.ts'

/** Notes the use of a credential after the answer, and only now and then: a login stays one round trip. */
export const noteUsed = (context: Context, credential: UsedCredential | null): void => {
  if (credential === null) return
  const { id: credentialId, hash } = credential
  const use = { credentialId, hash, at: context.nowMs, from: context.source }
  const writing = noteUse(context.db, use)
  if (writing !== null) context.defer(writing)
}
