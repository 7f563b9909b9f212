import type { Context } from '../context.ts'
import type { AccountConfig } from '../core/account-config.ts'
import { clientRefused, type Denial } from '../core/denial.ts'
import { err, type Result } from '../core/result.ts'
import type { ClientCredential, Proof } from './grant.ts'

/** Authenticates a client by an assertion that it signed with a key of its own (RFC 7523 §2.2). */
export const authenticateKey = async (
  _context: Context,
  _config: AccountConfig,
  _assertion: Extract<ClientCredential, { kind: 'key_assertion' }>,
): Promise<Result<Proof, Denial>> => err(clientRefused('unsupported_assertion'))
