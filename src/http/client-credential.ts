import { readClientAssertion } from '../core/client-assertion.ts'
import type { RequestFault } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { ClientCredential } from '../grants/grant.ts'

/** Who a request says it is, and how it proves that. */
export interface PresentedClient {
  readonly clientId: string | null
  readonly credential: ClientCredential
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const base64 = /^[A-Za-z0-9+/]+={0,2}$/

const formDecode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

const decodeBasic = (encoded: string): string | undefined => {
  if (!base64.test(encoded)) return undefined
  try {
    const binary = atob(encoded)
    // One spelling only: full padding, no unused bits (R23).
    if (btoa(binary) !== encoded) return undefined
    const bytes = new Uint8Array(binary.length)
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const malformed: PresentedClient = { clientId: null, credential: { kind: 'malformed' } }

/** Reads HTTP Basic (RFC 6749 §2.3.1): each half form-decoded, split at the first colon (R23). */
const readBasic = (authorization: string): PresentedClient => {
  const [scheme = '', encoded = '', ...more] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'basic' || more.length > 0) return malformed
  const decoded = decodeBasic(encoded)
  const colon = decoded?.indexOf(':') ?? -1
  if (decoded === undefined || colon < 0) return malformed
  const clientId = formDecode(decoded.slice(0, colon))
  const secret = formDecode(decoded.slice(colon + 1))
  if (clientId === undefined || clientId === '' || secret === undefined) return malformed
  const credential: ClientCredential =
    secret === '' ? { kind: 'none' } : { kind: 'secret', secret, method: 'client_secret_basic' }
  return { clientId, credential }
}

// An assertion may name its client by itself; a name beside it must be the same (R22).
const readAssertion = (
  clientId: string | null,
  text: string,
  options: { readonly loopback: boolean },
): Result<PresentedClient, RequestFault> => {
  const assertion = readClientAssertion(text, options)
  if (assertion === undefined) return ok({ clientId, credential: { kind: 'malformed' } })
  if (assertion.kind === 'federated_assertion') return ok({ clientId, credential: assertion })
  const named = assertion.unverifiedClient
  if (clientId !== null && named !== null && clientId !== named) {
    return err('conflicting_client_id')
  }
  return ok({ clientId: clientId ?? named, credential: assertion })
}

const readBodyClient = (
  parameters: ReadonlyMap<string, string>,
  options: { readonly loopback: boolean },
): Result<PresentedClient, RequestFault> => {
  const clientId = parameters.get('client_id') ?? null
  const secret = parameters.get('client_secret')
  const assertion = parameters.get('client_assertion')
  if (assertion !== undefined) return readAssertion(clientId, assertion, options)
  if (secret === undefined) return ok({ clientId, credential: { kind: 'none' } })
  return ok({ clientId, credential: { kind: 'secret', secret, method: 'client_secret_post' } })
}

/**
 * Reads the client credential from wherever it stands: exactly one method per request (R22).
 * Two at once, or two client ids, are faults of the request; a malformed one is a refused client.
 */
export const readClient = (
  authorization: string | undefined,
  parameters: ReadonlyMap<string, string>,
  options: { readonly loopback: boolean },
): Result<PresentedClient, RequestFault> => {
  const type = parameters.get('client_assertion_type')
  const hasAssertion = parameters.has('client_assertion')
  if (hasAssertion ? type !== assertionType : type !== undefined) {
    return err('client_assertion_type')
  }
  const methods = [
    authorization !== undefined,
    parameters.has('client_secret'),
    hasAssertion,
  ].filter(Boolean)
  if (methods.length > 1) return err('two_credentials')
  const inBody = readBodyClient(parameters, options)
  if (authorization === undefined || !inBody.ok) return inBody
  const basic = readBasic(authorization)
  const { clientId } = inBody.value
  const conflict = basic.clientId !== null && clientId !== null && basic.clientId !== clientId
  return conflict ? err('conflicting_client_id') : ok(basic)
}
