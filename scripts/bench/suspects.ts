import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createClient } from '@libsql/client/http'
import { exportJWK, type JWK } from 'jose'
import { newClientSecret, newId } from '../../src/crypto/random.ts'
import { createAdmin } from '../local/client.ts'
import { type Made, makeClient } from './clients.ts'
import type { Credentials } from './series.ts'
import type { Stage } from './stage.ts'

/** A kind of client that must be refused, and the form with which it asks. */
export interface Suspect {
  readonly kind: string
  readonly form: string
}

const bySecret = (client_id: string, client_secret: string): string =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id,
    client_secret,
  }).toString()

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An assertion that names a client and a key, signed by another key. */
const byAssertion = (client_id: string, kid: string): string => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const exp = Math.floor(Date.now() / 1000) + 290
  const claims = { iss: client_id, sub: client_id, aud: 'https://gw.test', jti: randomUUID(), exp }
  const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid })}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(signed), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: `${signed}.${signature.toString('base64url')}`,
  }).toString()
}

const registerKey = async ({ databaseUrl }: Stage, { id }: Made): Promise<string> => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk: JWK = { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'bench' }
  await createClient({ url: databaseUrl }).execute({
    sql: `INSERT INTO account_keys (id, service_account_id, kid, algorithm, jwk, created_at)
      VALUES ('key_bench', ?, 'bench', 'ES256', ?, 0)`,
    args: [id, JSON.stringify(jwk)],
  })
  return 'bench'
}

/** Makes one client of each kind that must be refused alike, in time too (R17). */
export const makeSuspects = async (
  stage: Stage,
  root: Credentials,
): Promise<readonly Suspect[]> => {
  const admin = await createAdmin(stage.workerd.gateway, root)
  const enabled = await makeClient(admin, 'enabled')
  const disabled = await makeClient(admin, 'disabled')
  await admin('PATCH', `/service-accounts/${disabled.id}`, { enabled: false })
  const expired = await makeClient(admin, 'expired')
  await createClient({ url: stage.databaseUrl }).execute({
    sql: 'UPDATE client_secrets SET expires_at = 1 WHERE service_account_id = ?',
    args: [expired.id],
  })
  const keyed = await makeClient(admin, 'keyed')
  const kid = await registerKey(stage, keyed)
  const nobody = newId('cli', Date.now())
  return [
    { kind: 'unknown_client', form: bySecret(nobody, newClientSecret()) },
    { kind: 'wrong_secret', form: bySecret(enabled.client_id, newClientSecret()) },
    { kind: 'disabled_account', form: bySecret(disabled.client_id, disabled.client_secret) },
    { kind: 'expired_secret', form: bySecret(expired.client_id, expired.client_secret) },
    { kind: 'assertion_of_unknown_client', form: byAssertion(nobody, kid) },
    { kind: 'assertion_of_another_key', form: byAssertion(keyed.client_id, kid) },
  ]
}
