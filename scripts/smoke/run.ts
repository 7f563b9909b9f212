import { protocolTrials } from './protocol.ts'
import { type Credentials, exchangeTrial, feedTrial } from './signed.ts'
import { surfaceTrials } from './surface.ts'
import { NoGateway, objectIn, openTarget, type Target } from './target.ts'
import { tokenTrials } from './tokens.ts'
import { type Ground, Otherwise, type Trial } from './trial.ts'

/** How one trial went; `detail` null: as it should. */
export interface Outcome {
  readonly id: string
  readonly name: string
  readonly detail: string | null
}

/** How a run went. */
export interface Report {
  readonly url: string
  readonly requests: number
  readonly outcomes: readonly Outcome[]
  /** Why no exchange was tried; null: it was. */
  readonly exchangeSkipped: string | null
}

const noGateway = (origin: string, what: string): NoGateway =>
  new NoGateway(`${origin} is no gateway: ${what}`)

/** Finds out whether a gateway answers there: the first thing that is asked, and the last if not. */
const approach = async (target: Target): Promise<Ground['keys']> => {
  const path = '/.well-known/oauth-authorization-server'
  const answer = await target.get(path)
  const metadata = objectIn(answer)
  if (answer.status !== 200 || metadata === undefined) {
    throw noGateway(target.origin, `${path} answers ${answer.status}, without metadata`)
  }
  const { issuer } = metadata
  if (issuer !== target.origin) {
    throw noGateway(target.origin, `its metadata speaks for ${String(issuer)}; use that as --url`)
  }
  const keys = objectIn(await target.get('/.well-known/jwks.json'))?.keys
  if (!Array.isArray(keys)) throw noGateway(target.origin, 'it has no key set')
  return keys as Ground['keys']
}

const attempt = async (trial: Trial, ground: Ground): Promise<Outcome> => {
  const { id, name } = trial
  try {
    await trial.run(ground)
    return { id, name, detail: null }
  } catch (thrown) {
    const told = thrown instanceof Otherwise || thrown instanceof NoGateway
    // A deployment that is broken enough answers what no library can read.
    const unread = `it cannot be read: ${thrown instanceof Error ? thrown.name : 'unknown'}`
    return { id, name, detail: told ? thrown.message : unread }
  }
}

/** Tries a deployment: a few dozen requests, one after the other, none of which changes anything. */
export const runSmoke = async (
  origin: string,
  credentials: Credentials | null,
  tell: (outcome: Outcome) => void,
): Promise<Report> => {
  const target = openTarget(origin)
  const keys = await approach(target)
  const ground: Ground = { target, keys, clientId: credentials?.clientId ?? 'cli_smoke' }
  const mayExchange =
    credentials !== null &&
    (credentials.clientSecret !== undefined || credentials.idToken !== undefined)
  const trials = [
    ...surfaceTrials,
    ...protocolTrials,
    ...tokenTrials,
    feedTrial,
    ...(mayExchange ? [exchangeTrial(credentials)] : []),
  ]
  const outcomes: Outcome[] = []
  for (const trial of trials) {
    const outcome = await attempt(trial, ground)
    outcomes.push(outcome)
    tell(outcome)
  }
  const skipped = 'name --client-id, with GATEHOUSE_CLIENT_SECRET or GATEHOUSE_ID_TOKEN'
  const exchangeSkipped = mayExchange ? null : skipped
  return { url: origin, requests: target.requests(), outcomes, exchangeSkipped }
}
