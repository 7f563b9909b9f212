import { isJsonObject } from '../core/json.ts'
import { nearestName } from '../core/nearest-name.ts'
import type { VerifierOptions } from './options.ts'

type Rule = readonly [fits: (value: unknown) => boolean, expected: string]
type Rules = Readonly<Record<string, Rule>>

// Visible ASCII that a header can quote: what is in the identifier comes back in challenges.
const isIdentifier = (value: unknown): boolean =>
  typeof value === 'string' && /^[!#-[\]-~]{1,512}$/.test(value)
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isIdentifier)
const isWithin =
  (least: number, most: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= least && value <= most

const feedRules: Rules = {
  feed: [
    (value) => value === 'fail-open' || value === 'fail-closed',
    "'fail-open' or 'fail-closed': what happens while the feed is out of reach",
  ],
  pollSeconds: [isWithin(5, 30), '5 to 30'],
}

const introspectionRules: Rules = {
  clientId: [isText, 'the client id of an account that may introspect'],
  clientSecret: [isText, 'the secret of that account'],
  cacheSeconds: [isWithin(0, 60), '0 to 60'],
}

const modes = "'off', 'optional' or 'required'"
const isMode = (value: unknown): boolean =>
  value === 'off' || value === 'optional' || value === 'required'

const dpopRules: Rules = {
  mode: [isMode, modes],
  firstUse: [isFunction, 'a function'],
}

const keysRules: Rules = {
  keys: [Array.isArray, 'a list of public keys'],
  asOf: [
    (value) => typeof value === 'string' && /^\d{4}-.*Z$/.test(value) && Date.parse(value) > 0,
    'when the keys were fetched, as new Date().toISOString() says it',
  ],
}

const resourceRules: Rules = {
  name: [isText, 'a text'],
  documentation: [isText, 'a URL'],
  scopes: [isTexts, 'a list of scopes'],
}

const rules: Rules = {
  issuer: [isText, 'the https origin of the gateway'],
  audience: [isIdentifier, 'the identifier of this API, as its tokens have it in aud'],
  revocation: [
    (value) => value === 'introspection' || isJsonObject(value),
    "{ feed: 'fail-open' | 'fail-closed' } or 'introspection'",
  ],
  introspection: [isJsonObject, '{ clientId, clientSecret }'],
  dpop: [(value) => isMode(value) || isJsonObject(value), `${modes}, or { mode }`],
  resource: [isJsonObject, '{ name, documentation, scopes }'],
  keys: [isJsonObject, 'a key set and its time: { keys: […], asOf }'],
  platformCache: [isBoolean, 'true or false'],
  allowLoopback: [isBoolean, 'true or false'],
  onEvent: [isFunction, 'a function'],
  fetch: [isFunction, 'a function'],
  now: [isFunction, 'a function'],
}

const wrong = (what: string): TypeError => new TypeError(`createVerifier: ${what}`)

const check = (value: object, known: Rules, needed: readonly string[], place = ''): void => {
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(known, name)) continue
    const nearest = nearestName(name, Object.keys(known))
    const hint = nearest === undefined ? '' : `, did you mean ${place}${nearest}?`
    throw wrong(`unknown option ${place}${name}${hint}`)
  }
  for (const [name, [fits, expected]] of Object.entries(known)) {
    const given = (value as Readonly<Record<string, unknown>>)[name]
    if (given === undefined && needed.includes(name)) {
      throw wrong(`${place}${name} is missing: ${expected}`)
    }
    if (given !== undefined && !fits(given)) throw wrong(`${place}${name} has to be ${expected}`)
  }
}

const isLoopback = (hostname: string): boolean =>
  hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost'

const checkIssuer = (issuer: string, allowLoopback: boolean): void => {
  const parsed = URL.canParse(issuer) ? new URL(issuer) : null
  if (parsed === null || parsed.origin !== issuer || !/^https?:$/.test(parsed.protocol)) {
    throw wrong('issuer has to be an https origin, without path and without slash at its end')
  }
  if (parsed.protocol === 'https:' || (allowLoopback && isLoopback(parsed.hostname))) return
  throw wrong(
    'issuer has to be https: whoever sits between could replace the keys ' +
      '(allowLoopback: true takes http at 127.0.0.1, [::1] and localhost)',
  )
}

/** Refuses what would fail later, or in silence: thrown as a TypeError when the API starts. */
export const checkOptions = (options: VerifierOptions): void => {
  if (!isJsonObject(options)) throw wrong('expected { issuer, audience, … }')
  check(options, rules, ['issuer', 'audience'])
  checkIssuer(options.issuer, options.allowLoopback === true)
  const { revocation, introspection, resource, dpop, keys } = options
  if (isJsonObject(revocation)) check(revocation, feedRules, ['feed'], 'revocation.')
  if (introspection !== undefined) {
    check(introspection, introspectionRules, ['clientId', 'clientSecret'], 'introspection.')
  } else if (revocation === 'introspection') {
    throw wrong("revocation: 'introspection' needs introspection: { clientId, clientSecret }")
  }
  if (keys !== undefined) check(keys, keysRules, ['keys', 'asOf'], 'keys.')
  if (isJsonObject(dpop)) check(dpop, dpopRules, ['mode'], 'dpop.')
  if (resource !== undefined) check(resource, resourceRules, [], 'resource.')
}
