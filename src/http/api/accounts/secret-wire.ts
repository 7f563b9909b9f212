import * as z from 'zod'
import type { ShownSecret } from '../../../admin/credentials/new-secret.ts'
import type { SecretRow } from '../../../admin/credentials/secrets.ts'
import type { Csv } from '../../csv.ts'
import { answeredTime, answeredTimeOrNull, id, toTime, toTimeOrNull } from '../fields.ts'
import type { Wire } from '../wire.ts'

const toSeconds = (ms: number): number => Math.floor(ms / 1000)

const epochSeconds = z.number().int().describe('Seconds since 1970')

/** The members that show a new secret. */
export const shownSecretMembers = {
  client_id: id,
  client_secret: z.string().describe('Shown once, and never again'),
  client_id_issued_at: epochSeconds,
  client_secret_expires_at: epochSeconds,
}

/** A new secret with its client id, by the names of RFC 7591 §3.2.1. Shown once, and never again. */
export const shownSecret = ({ clientId, clientIdIssuedAt, clear, row }: ShownSecret) => ({
  client_id: clientId,
  client_secret: clear,
  client_id_issued_at: toSeconds(clientIdIssuedAt),
  client_secret_expires_at: toSeconds(row.expiresAt),
})

/** The same as a file to be kept. */
export const secretCsv = ({ clientId, clear, row }: ShownSecret): Csv => ({
  name: clientId,
  header: ['client_id', 'client_secret', 'expires_at'],
  line: [clientId, clear, toTime(row.expiresAt)],
})

export const Secret = z
  .object({
    id,
    created_at: answeredTime,
    expires_at: answeredTime,
    last_used_at: answeredTimeOrNull,
    last_used_from: z.string().nullable().describe('An IP address'),
  })
  .meta({ id: 'Secret', description: 'A client secret; only a digest of its value is kept.' })

/** A secret as it is answered. */
export const secretToWire = (secret: SecretRow): Wire<typeof Secret> => ({
  id: secret.id,
  created_at: toTime(secret.createdAt),
  expires_at: toTime(secret.expiresAt),
  last_used_at: toTimeOrNull(secret.lastUsedAt),
  last_used_from: secret.lastUsedFrom,
})

export const NewSecret = z
  .object({ id, ...shownSecretMembers, created_at: answeredTime, expires_at: answeredTime })
  .meta({ id: 'NewSecret', description: 'A new client secret with its value.' })

/** A new secret with its id. */
export const newSecretToWire = (made: ShownSecret): Wire<typeof NewSecret> => ({
  id: made.row.id,
  ...shownSecret(made),
  created_at: toTime(made.row.createdAt),
  expires_at: toTime(made.row.expiresAt),
})
