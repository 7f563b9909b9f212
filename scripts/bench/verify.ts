import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { accessClaims } from '../../src/core/access-claims.ts'
import { compatibilityDate } from '../local/workers.ts'
import { bearerRequest, load } from './load.ts'
import { type Figures, figuresOf, median, medianFigures, ratio, say } from './report.ts'
import { freePort, type Served, serve } from './serve.ts'

const issuer = 'https://gw.test'
const audience = 'https://api.bench.test'
const connections = 64
const timesAtOnce = 50
const turns = 40

/** A token as a federated login gets it, and the key set that it is verified with. */
const makeToken = async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }
  const now = Math.floor(Date.now() / 1000)
  const claims = accessClaims({
    issuer,
    audience,
    serviceAccountId: 'sa_01kbench0000000000000000aa',
    clientId: 'cli_01kbench000000000000000aa',
    issuedAt: now,
    expiresAt: now + 3600,
    jti: 'dec_01kbench000000000000000aa',
    granted: new Map([['deploy:write', ['/acme/payments']]]),
    boundTo: null,
    federated: {
      actor: { iss: 'https://ci.bench.test', sub: 'repo:acme/api:ref:refs/heads/main' },
      provenance: {
        provider: 'github',
        repository: 'acme/api',
        repository_id: '700001',
        owner: 'acme',
        owner_id: '90001',
        ref: 'refs/heads/main',
        sha: 'b7c1f0a4d2e94b6f8a3d5c7e9f1022334455aabb',
        workflow: 'acme/ci/.github/workflows/deploy.yml@refs/tags/v3',
        event: 'push',
        run_id: '19000000001',
        run_url: 'https://github.com/acme/api/actions/runs/19000000001',
      },
      policy: 'tp_01kbench0000000000000000aa@3',
      decisionId: 'dec_01kbench000000000000000aa',
    },
  })
  const token = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
    .sign(privateKey)
  return { token, keys: JSON.stringify({ keys: [jwk] }) }
}

const configOf = (port: number, keys: string): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "api", worker = (
    modules = [(name = "main.js", esModule = embed "verify.js")],
    compatibilityDate = "${compatibilityDate()}",
    bindings = [
      (name = "ISSUER", text = ${JSON.stringify(issuer)}),
      (name = "AUDIENCE", text = ${JSON.stringify(audience)}),
      (name = "KEYS", text = ${JSON.stringify(keys)}),
    ]))],
  sockets = [(name = "api", address = "127.0.0.1:${port}", http = (), service = "api")],
);
`

type Way = 'verify' | 'bare'

interface Api {
  readonly url: string
  readonly token: string
  readonly served: Served
}

const once = async ({ url, token, served }: Api, way: Way, count: number): Promise<Figures> => {
  const request = bearerRequest(`${url}/${way}`, token)
  const before = served.cpuMicros()
  const result = await load(
    url,
    Array.from({ length: count }, () => request),
    { connections },
  )
  if (result.failures > 0) throw new Error(`not let in: ${result.firstFailure}`)
  return figuresOf(result, served.cpuMicros() - before)
}

// One after the other on one connection: the time of a verification, and nothing that waits for it.
const batch = async ({ url, token }: Api, way: Way): Promise<number> => {
  const request = bearerRequest(`${url}/${way}?times=${timesAtOnce}`, token)
  const result = await load(url, [request, request], { connections: 1 })
  if (result.failures > 0) throw new Error(`not let in: ${result.firstFailure}`)
  return median(result.latencies)
}

// In turns, and the median of what stood side by side: the machine's noise hits both.
const overBare = async (api: Api): Promise<number> => {
  const ratios: number[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const [verify, bare] = [await batch(api, 'verify'), await batch(api, 'bare')]
    ratios.push(verify / bare)
  }
  return ratio(median(ratios), 1)
}

/** Measures the verifier of tokens in an API beside bare `jose.jwtVerify`, keys at hand for both. */
export const verify = async (
  directory: string,
  { scale, rounds }: { readonly scale: number; readonly rounds: number },
) => {
  const { token, keys } = await makeToken()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const served = await serve(configOf(port, keys), directory, `${url}/healthz`)
  const api = { url, token, served }
  const figures: Readonly<Record<Way, Figures[]>> = { verify: [], bare: [] }
  try {
    await once(api, 'verify', 2000 * scale)
    await once(api, 'bare', 2000 * scale)
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}: verify, bare jose`)
      for (const way of ['verify', 'bare'] as const) {
        figures[way].push(await once(api, way, 8000 * scale))
      }
    }
    return {
      verify: medianFigures(figures.verify),
      verify_bare: medianFigures(figures.bare),
      verify_over_bare: await overBare(api),
    }
  } finally {
    served.kill()
  }
}
