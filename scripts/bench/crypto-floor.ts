import { createLocalJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'

/** The keys of the Workers that the gateway is compared with. */
export interface Keys {
  readonly ISSUER_JWK: string
  readonly SIGNING_JWK: string
}

const open = async (env: Keys) => ({
  issuer: createLocalJWKSet({ keys: [JSON.parse(env.ISSUER_JWK) as JWK] }),
  signing: (await importJWK(JSON.parse(env.SIGNING_JWK) as JWK, 'ES256')) as CryptoKey,
})

let keys: Awaited<ReturnType<typeof open>> | undefined

/** Verifies the RS256 subject token of a form, as jose's documentation does it. */
export const verifyForm = async (request: Request, env: Keys) => {
  keys ??= await open(env)
  const form = new URLSearchParams(await request.text())
  const { payload } = await jwtVerify(form.get('subject_token') ?? '', keys.issuer, {
    issuer: 'https://ci.bench.test',
    audience: 'https://gw.test',
    algorithms: ['RS256'],
  })
  return payload
}

/** Signs an ES256 access token for a subject, as jose's documentation does it. */
export const answerToken = async (subject: string, env: Keys): Promise<Response> => {
  keys ??= await open(env)
  const issued = await new SignJWT({ scope: 'deploy:write', client_id: subject })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer('https://gw.test')
    .setSubject(subject)
    .setAudience('https://api.bench.test')
    .setIssuedAt()
    .setExpirationTime('10m')
    .setJti(crypto.randomUUID())
    .sign(keys.signing)
  return Response.json({ access_token: issued, token_type: 'Bearer', expires_in: 600 })
}
