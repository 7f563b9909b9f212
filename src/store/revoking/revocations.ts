import { type SQL, sql } from 'drizzle-orm'
import type { UnverifiedIssued } from '../../core/issued-token.ts'
import type { Place } from '../../core/place.ts'
import type { RevocationKind } from '../../core/revocation.ts'
import { commit } from '../audit/trail.ts'
import { type Db, reach } from '../db.ts'
import { atOrAboveAny, withinAny } from '../page.ts'
import { namespaces } from '../schema/tree.ts'
import { livingTokens, markTokens, ofSubtree } from './marks.ts'

/** Which living tokens are to die: of accounts at or below a namespace, named by a value. */
export interface Revocation extends Place {
  readonly by: RevocationKind
  readonly value: string
  /** Epoch seconds. */
  readonly now: number
}

const fact = (name: string, value: string): SQL =>
  sql`json_extract(d.provenance, ${`$.${name}`}) = ${value}`

// Platforms ignore the case of a repository's name, and so may whoever types it in an emergency.
const sameName = (name: string): SQL =>
  sql`lower(json_extract(d.provenance, '$.repository')) = lower(${name})`

// An issuer's id is good where the issuer is visible, and where it lies below; a foreign one is none.
const ofIssuer = (value: string, path: string): SQL =>
  sql`d.issuer = ${value} OR d.issuer IN (SELECT i.issuer FROM issuers i
    JOIN ${namespaces} ON ${namespaces.id} = i.namespace_id WHERE i.id = ${value}
    AND (${withinAny(namespaces.path, [path])} OR ${atOrAboveAny(namespaces.path, [path])}))`

const named = ({ by, value, namespacePath }: Revocation): SQL => {
  switch (by) {
    case 'token':
      return sql`d.token_jti = ${value}`
    case 'account':
      return sql`d.service_account_id = ${value} OR d.client_id = ${value}`
    case 'policy':
      return sql`d.policy_id = ${value}`
    case 'issuer':
      return ofIssuer(value, namespacePath)
    case 'repository':
      return sql`${fact('repository_id', value)} OR ${sameName(value)}`
    case 'sha':
      return fact('sha', value)
    case 'run':
      return sql`${fact('run_id', value)} OR ${fact('run_url', value)}`
  }
}

const markedAs = (by: RevocationKind): 'account' | 'policy' | 'token' => {
  if (by === 'account') return 'account'
  return by === 'policy' || by === 'issuer' ? 'policy' : 'token'
}

/**
 * Revokes living tokens and says how many they were. Counted and marked in one write transaction:
 * each token is counted once, however many calls name it at the same time.
 */
export const revokeTokens = async (db: Db, revocation: Revocation): Promise<number> => {
  const { now, by, value, namespacePath } = revocation
  const condition = sql`(${named(revocation)}) AND ${ofSubtree(namespacePath)}`
  const hit = livingTokens(condition, now)
  const [counted] = await commit(
    db,
    { place: revocation, happening: { target: null, details: { by, value } } },
    [
      db.orm.all(sql`SELECT count(*) AS hit FROM (${hit})`),
      db.orm.run(markTokens(hit, markedAs(by), now)),
    ],
  )
  return Number((counted as readonly { readonly hit: number }[])[0]?.hit)
}

/** A token of ours whose signature has verified; times in epoch seconds. */
export interface VerifiedToken extends UnverifiedIssued {
  readonly expiresAt: number
}

/** Revokes one token by what it says itself. */
export const revokeToken = async (db: Db, token: VerifiedToken, now: number): Promise<void> => {
  const { audience, accountId, jti, issuedAt, expiresAt } = token
  const itself = sql`SELECT ${audience} AS audience, ${accountId} AS service_account_id,
    ${jti} AS token_jti, ${issuedAt} AS issued_at, ${expiresAt} AS expires_at`
  await reach(db, async () => db.orm.run(markTokens(itself, 'token', now)))
}
