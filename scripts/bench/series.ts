import { load, postRequest } from './load.ts'
import { type Figures, figuresOf } from './report.ts'
import { type BenchAccount, benchAudience } from './seed.ts'
import type { Stage } from './stage.ts'
import { type BenchIssuer, jobClaims, mint } from './tokens.ts'

const connections = 64
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const jwtType = 'urn:ietf:params:oauth:token-type:jwt'

const exchangeForm = (issuer: BenchIssuer, { clientId, repositoryId }: BenchAccount): string =>
  new URLSearchParams({
    grant_type: exchangeGrant,
    client_id: clientId,
    subject_token: mint(issuer, jobClaims(issuer, 'https://gw.test', repositoryId)),
    subject_token_type: jwtType,
    resource: benchAudience,
  }).toString()

/** Exchanges, each with a fresh token made beforehand, spread over the accounts in turn. */
export const exchangeRequests = (
  url: string,
  issuer: BenchIssuer,
  { accounts, count }: { readonly accounts: readonly BenchAccount[]; readonly count: number },
): Buffer[] =>
  Array.from({ length: count }, (_, i) => {
    const account = accounts[i % accounts.length] as BenchAccount
    return postRequest(`${url}/oauth/token`, { form: exchangeForm(issuer, account) })
  })

/** A client's id and secret, in clear. */
export interface Credentials {
  readonly client_id: string
  readonly client_secret: string
}

/** Client-credentials requests of one client, by HTTP Basic. */
export const secretRequests = (
  endpoint: string,
  { client_id, client_secret }: Credentials,
  count: number,
): Buffer[] => {
  const authorization = `Basic ${btoa(`${client_id}:${client_secret}`)}`
  const form = 'grant_type=client_credentials&scope=deploy%3Awrite'
  const request = postRequest(endpoint, { form, authorization })
  return Array.from({ length: count }, () => request)
}

/** Runs requests against a stage and measures; a single failure ends the benchmark. */
export const measure = async (
  stage: Stage,
  url: string,
  requests: readonly Buffer[],
): Promise<Figures> => {
  const before = stage.workerd.cpuMicros()
  const result = await load(url, requests, { connections })
  const cpu = stage.workerd.cpuMicros() - before
  if (result.failures > 0) {
    throw new Error(`${result.failures} of ${result.requests} failed: ${result.firstFailure}`)
  }
  return figuresOf(result, cpu)
}
