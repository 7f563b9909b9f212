import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { provision } from '../database/provision.ts'
import { startHranaServer } from '../hrana/listen.ts'
import type { Workshop } from './stage.ts'
import { createIssuer } from './tokens.ts'

/** The root account's credentials. */
export type Client = Awaited<ReturnType<typeof provision>>

/** Makes keys, an issuer and a migrated database that every stage is copied from. */
export const prepare = async (directory: string) => {
  const key = () => `1:${randomBytes(32).toString('base64url')}`
  const issuer = await createIssuer()
  const secrets = { KEY_ENCRYPTION_KEY: key(), SECRET_PEPPER: key(), ISSUER_URL: 'https://gw.test' }
  const template = `${directory}/template.db`
  const server = await startHranaServer({ file: template })
  const root = await provision({
    libsqlUrl: server.url,
    keyEncryptionKey: secrets.KEY_ENCRYPTION_KEY,
    secretPepper: secrets.SECRET_PEPPER,
    issuerUrl: secrets.ISSUER_URL,
  })
  await server.close()
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const workshop: Workshop = {
    directory,
    template,
    issuer,
    gatewayBindings: secrets,
    floorBindings: {
      ISSUER_JWK: JSON.stringify(issuer.publicJwk),
      SIGNING_JWK: JSON.stringify(await exportJWK(privateKey)),
    },
  }
  return { workshop, root }
}
