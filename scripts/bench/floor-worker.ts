import { createLocalJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'

interface Keys {
  readonly ISSUER_JWK: string
  readonly SIGNING_JWK: string
}

const open = async (env: Keys) => ({
  issuer: createLocalJWKSet({ keys: [JSON.parse(env.ISSUER_JWK) as JWK] }),
  signing: (await importJWK(JSON.parse(env.SIGNING_JWK) as JWK, 'ES256')) as CryptoKey,
})

let keys: Awaited<ReturnType<typeof open>> | undefined

// The least that any exchange must do, as jose's documentation writes it: verify RS256, sign ES256.
// No policy, no replay, no record, no database.
export default {
  async fetch(request: Request, env: Keys): Promise<Response> {
    keys ??= await open(env)
    const form = new URLSearchParams(await request.text())
    const { payload } = await jwtVerify(form.get('subject_token') ?? '', keys.issuer, {
      issuer: 'https://ci.bench.test',
      audience: 'https://gw.test',
      algorithms: ['RS256'],
    })
    const issued = await new SignJWT({ scope: 'deploy:write', client_id: String(payload.sub) })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer('https://gw.test')
      .setSubject('floor')
      .setAudience('https://api.bench.test')
      .setIssuedAt()
      .setExpirationTime('10m')
      .setJti(crypto.randomUUID())
      .sign(keys.signing)
    return Response.json({ access_token: issued, token_type: 'Bearer', expires_in: 600 })
  },
}
