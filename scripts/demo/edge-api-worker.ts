import { createRemoteJWKSet, jwtVerify } from 'jose'

interface Env {
  readonly GATEHOUSE: string
  readonly AUDIENCE: string
}

let keys: ReturnType<typeof createRemoteJWKSet> | undefined

// A sample edge API: everything that it needs to know of Gatehouse is an issuer and an audience.
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    keys ??= createRemoteJWKSet(new URL(`${env.GATEHOUSE}/.well-known/jwks.json`))
    try {
      const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
      const { payload } = await jwtVerify(token, keys, {
        issuer: env.GATEHOUSE,
        audience: env.AUDIENCE,
        typ: 'at+jwt',
        algorithms: ['ES256'],
      })
      if (!String(payload.scope).split(' ').includes('deploy:write')) {
        return Response.json({ error: 'insufficient_scope' }, { status: 403 })
      }
      return Response.json({ deployed_by: payload.sub, provenance: payload.provenance })
    } catch {
      return Response.json({ error: 'invalid_token' }, { status: 401 })
    }
  },
}
