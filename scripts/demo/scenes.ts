import { decodeJwt } from 'jose'
import type { FakeCi } from '../fake-ci/server.ts'
import { type Admin, type Answer, requestToken } from '../local/client.ts'
import { check, say, show, step, wire } from './print.ts'
import { audience, type Setting } from './setting.ts'

/** Everything the scenes are played with. */
export interface Stage {
  readonly gateway: string
  readonly edgeApi: string
  readonly ci: FakeCi
  readonly admin: Admin
  readonly setting: Setting
}

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const jwtType = 'urn:ietf:params:oauth:token-type:jwt'

const exchange = ({ gateway }: Stage, clientId: string, token: string): Promise<Answer> =>
  requestToken(gateway, {
    grant_type: exchangeGrant,
    client_id: clientId,
    subject_token: token,
    subject_token_type: jwtType,
    resource: audience,
  })

const jobClaims = [
  'iss',
  'sub',
  'repository',
  'repository_id',
  'project_path',
  'project_id',
  'ref',
  'event_name',
  'environment',
]
const tokenClaims = [
  'iss',
  'sub',
  'aud',
  'scope',
  'namespace',
  'exp',
  'act',
  'provenance',
  'policy',
  'decision_id',
]

/** A job of either platform walks up, is judged, and leaves with a token. */
export const accepted = async (
  stage: Stage,
  provider: 'github' | 'gitlab',
): Promise<{ jobToken: string; accessToken: string }> => {
  const name = provider === 'github' ? 'GitHub Actions' : 'GitLab CI'
  step(`A ${name} job exchanges its ID token`)
  const { token, claims } = await stage.ci.mint(provider, { aud: stage.gateway })
  show('before: what the platform signed', claims, jobClaims)
  const { status, body } = await exchange(stage, stage.setting[provider], token)
  const accessToken = String(body.access_token)
  check(status === 200, `200, ${body.token_type}, expires in ${body.expires_in} s`)
  show('after: what Gatehouse signed', decodeJwt(accessToken), tokenClaims)
  return { jobToken: token, accessToken }
}

/** An API verifies a token offline, and turns away what is none. */
export const verified = async ({ edgeApi }: Stage, accessToken: string): Promise<void> => {
  step('The edge API, a second Worker, verifies the token from our key set')
  const call = (token: string) => fetch(edgeApi, { headers: { authorization: `Bearer ${token}` } })
  const good = await call(accessToken)
  wire('GET / with the token', await good.json())
  check(good.status === 200, 'the API lets the job in')
  const forged = await call(`${accessToken.slice(0, -4)}AAAA`)
  check(forged.status === 401, 'a token with another signature stays outside')
}

const adminView = async ({ admin }: Stage, decisionId: unknown): Promise<void> => {
  const decision = await admin('GET', `/decisions/${decisionId}`)
  const policies = decision.policies as { name: string; clauses: { verdict: string }[] }[]
  say(`what the admin sees under ${decisionId}: ${decision.reason}`)
  for (const { name, clauses } of policies) {
    const failed = clauses.filter(({ verdict }) => verdict !== 'match')
    if (failed.length === 0) say(`policy "${name}": every clause matched`)
    else wire(`policy "${name}", clauses that failed`, failed)
  }
}

/** What a refusal is expected to be. */
interface Refusal {
  readonly title: string
  readonly token: string
  /** Undefined: the caller may learn nothing. */
  readonly reason?: string
}

/** A token is turned away: what its caller sees, and what the admin sees. */
export const refused = async (stage: Stage, { title, token, reason }: Refusal): Promise<void> => {
  step(title)
  const { status, body } = await exchange(stage, stage.setting.github, token)
  wire(`what the caller sees (${status})`, body)
  check(status === 400 && body.reason === reason, reason ?? 'refused, and nothing more is said')
  // Refusals that tell nothing are recorded after the answer has left.
  await new Promise((resolve) => setTimeout(resolve, 300))
  await adminView(stage, body.decision_id)
}
