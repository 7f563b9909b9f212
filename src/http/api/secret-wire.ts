import type { ShownSecret } from '../../admin/credentials/new-secret.ts'
import type { Csv } from '../csv.ts'
import { toTime } from './fields.ts'

const toSeconds = (ms: number): number => Math.floor(ms / 1000)

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
