import { CompactSign, compactVerify, importJWK, type JWK } from 'jose'

interface Keys {
  readonly ISSUER_JWK: string
  readonly SIGNING_JWK: string
}

let keys: { verify: CryptoKey; sign: CryptoKey } | undefined

// The least that any exchange must do: verify RS256, sign ES256.
export default {
  async fetch(request: Request, env: Keys): Promise<Response> {
    keys ??= {
      verify: (await importJWK(JSON.parse(env.ISSUER_JWK) as JWK, 'RS256')) as CryptoKey,
      sign: (await importJWK(JSON.parse(env.SIGNING_JWK) as JWK, 'ES256')) as CryptoKey,
    }
    const form = new URLSearchParams(await request.text())
    await compactVerify(form.get('subject_token') ?? '', keys.verify)
    const claims = new TextEncoder().encode('{"iss":"https://gw.test","sub":"floor","exp":0}')
    const token = await new CompactSign(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .sign(keys.sign)
    return Response.json({ access_token: token, token_type: 'Bearer' })
  },
}
