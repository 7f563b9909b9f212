import { getInput } from '@actions/core'
import { oneLine } from '../core/one-line.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { ExchangeRequest } from '../pipeline/exchange.ts'
import type { Failure } from '../pipeline/failure.ts'
import { readClientId, readGatewayUrl } from '../pipeline/input.ts'

/** What the workflow asks of the step. */
export interface Inputs {
  readonly request: ExchangeRequest
  /** Null: whatever is granted is fine. */
  readonly expectedScopes: readonly string[] | null
  /** The variable that later steps find the token in; null for none. */
  readonly exportAs: string | null
  readonly revokeAfterwards: boolean
  readonly timeoutSeconds: number
  readonly debug: boolean
}

const maxSeconds = 600
// RFC 6749 §3.3.
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

const bad = (message: string, next: string): Result<never, Failure> =>
  err({ code: 'bad_input', message, next })

const shown = (text: string): string => oneLine(text.slice(0, 60))

const readScopes = (name: string): Result<readonly string[], Failure> => {
  const scopes = getInput(name)
    .split(/[\s,]+/)
    .filter((scope) => scope !== '')
  const odd = scopes.find((scope) => !scopeToken.test(scope) || /[${}]/.test(scope))
  if (odd === undefined) return ok([...new Set(scopes)])
  return bad(
    `${name} holds ${shown(odd)}, which is no scope`,
    `separate scopes by spaces, such as ${name}: deploy:read deploy:write`,
  )
}

const readFlag = (name: string): Result<boolean, Failure> => {
  const text = getInput(name).toLowerCase()
  if (text === 'true') return ok(true)
  if (text === 'false' || text === '') return ok(false)
  return bad(`${name} is ${shown(text)}, expected true or false`, `write ${name}: true`)
}

const readTimeout = (): Result<number, Failure> => {
  const text = getInput('timeout') || '60'
  const seconds = Number(text)
  if (/^\d{1,3}$/.test(text) && seconds >= 1 && seconds <= maxSeconds) return ok(seconds)
  return bad(
    `timeout is ${shown(text)}, expected whole seconds from 1 to ${maxSeconds}`,
    'write timeout: 60',
  )
}

// Whoever sets one of these steers the runner or the programs of later steps.
const reserved =
  /^(?:GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|NODE_OPTIONS$|PATH$|LD_|DYLD_|BASH_ENV$|ENV$|CI$|HOME$)/i

const readExportName = (): Result<string | null, Failure> => {
  const name = getInput('export-env')
  if (name === '') return ok(null)
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name)) {
    return bad(
      `export-env is ${shown(name)}, expected the name of a variable`,
      'write export-env: DEPLOY_TOKEN, or read steps.<id>.outputs.token instead',
    )
  }
  if (!reserved.test(name)) return ok(name)
  return bad(`export-env may not be ${name}, which has a meaning of its own`, 'choose another name')
}

type Settled<T> = { readonly [K in keyof T]: T[K] extends Result<infer V, Failure> ? V : never }

/** The values of all, or the first failure. */
const settle = <T extends Readonly<Record<string, Result<unknown, Failure>>>>(
  results: T,
): Result<Settled<T>, Failure> => {
  for (const result of Object.values(results)) if (!result.ok) return result
  const values = Object.entries(results).map(([name, result]) => [name, result.ok && result.value])
  return ok(Object.fromEntries(values) as Settled<T>)
}

/** Reads the inputs of the step; what is wrong with one names it and what it should be. */
export const readInputs = (): Result<Inputs, Failure> => {
  const audience = getInput('audience')
  const read = settle({
    url: readGatewayUrl(getInput('url'), 'url'),
    clientId: readClientId(getInput('service-account'), 'service-account'),
    scopes: readScopes('scopes'),
    expected: readScopes('expect-scopes'),
    exportAs: readExportName(),
    skipped: readFlag('skip-token-revoke'),
    timeoutSeconds: readTimeout(),
    debug: readFlag('debug'),
  })
  if (!read.ok) return read
  const { url, clientId, scopes, expected, exportAs, skipped, timeoutSeconds, debug } = read.value
  return ok({
    request: { url, clientId, scopes, ...(audience !== '' && { audience }) },
    expectedScopes: expected.length === 0 ? null : expected,
    exportAs,
    revokeAfterwards: !skipped,
    timeoutSeconds,
    debug,
  })
}
