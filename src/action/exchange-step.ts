import {
  debug,
  endGroup,
  exportVariable,
  info,
  saveState,
  setOutput,
  setSecret,
  startGroup,
} from '@actions/core'
import type { JsonObject } from '../core/json.ts'
import { oneLine } from '../core/one-line.ts'
import { err, ok, type Result } from '../core/result.ts'
import { byIdToken, unverifiedClaims } from '../pipeline/credential.ts'
import { type AccessToken, exchange } from '../pipeline/exchange.ts'
import type { Failure } from '../pipeline/failure.ts'
import { fromGithub } from '../pipeline/id-token/github.ts'
import type { IdTokenSource } from '../pipeline/id-token/source.ts'
import { revoke } from '../pipeline/revoke.ts'
import { scopesDiffer } from '../pipeline/scopes.ts'
import { type Inputs, readInputs } from './inputs.ts'
import { harmless, log } from './log.ts'
import { annotate } from './refusal.ts'
import type { Runner } from './runner.ts'
import { summarizeFailure, summarizeGrant } from './summary.ts'

interface Watched extends IdTokenSource {
  /** What the last identity token says; null before the first. */
  readonly lastClaims: () => JsonObject | null
}

/** Masks each identity token before anything else can see it. */
const masked = (source: IdTokenSource): Watched => {
  let last: JsonObject | null = null
  return {
    ...source,
    lastClaims: () => last,
    get: async (withinMs) => {
      const token = await source.get(withinMs)
      if (!token.ok) return token
      setSecret(token.value)
      last = unverifiedClaims(token.value)
      return token
    },
  }
}

const printClaims = (claims: JsonObject | null): void => {
  if (claims === null) return
  startGroup('Claims of the ID token')
  for (const [name, value] of Object.entries(claims)) {
    // A dash before it: the runner would look for a command behind spaces.
    info(`- ${harmless(name)} = ${harmless(oneLine(value))}`)
  }
  endGroup()
}

/** Gets a token, masks it, and leaves it to the post step before anything else can go wrong. */
const obtain = async (
  { request, timeoutSeconds, revokeAfterwards, debug: verbose }: Inputs,
  runner: Runner,
): Promise<Result<AccessToken, Failure>> => {
  const source = masked(fromGithub(request.url, runner))
  const patience = {
    timeoutSeconds,
    attempts: 4,
    onRetry: ({ message }: Failure, waitSeconds: number) =>
      log(`${message}; trying again in ${waitSeconds.toFixed(1)} s`),
  }
  const token = await exchange(request, byIdToken(source), runner, patience)
  const isRefused = !token.ok && token.error.code === 'denied'
  if (token.ok) {
    setSecret(token.value.token)
    if (revokeAfterwards) {
      saveState('token', token.value.token)
      saveState('url', request.url)
      saveState('client-id', request.clientId)
      saveState('expires-at', String(token.value.expiresAt))
    }
  }
  if (verbose || isRefused) printClaims(source.lastClaims())
  return token
}

/** Takes a token back whose scopes are not those that the workflow was written for. */
const holdToScopes = async (
  token: AccessToken,
  { request, expectedScopes }: Inputs,
  runner: Runner,
): Promise<Result<AccessToken, Failure>> => {
  if (expectedScopes === null) return ok(token)
  const differs = scopesDiffer(expectedScopes, token.scopes)
  if (differs === null) return ok(token)
  const issued = { url: request.url, clientId: request.clientId, token: token.token }
  const revoked = await revoke(issued, runner)
  if (revoked.ok) return err({ ...differs, message: `${differs.message}; it was revoked` })
  log(revoked.error.message)
  return err(differs)
}

const hand = async ({ request, exportAs }: Inputs, token: AccessToken): Promise<void> => {
  const claims = unverifiedClaims(token.token) ?? {}
  const word = (name: string): string => (typeof claims[name] === 'string' ? claims[name] : '')
  setOutput('token', token.token)
  setOutput('token-type', token.tokenType)
  setOutput('expires-at', new Date(token.expiresAt).toISOString())
  setOutput('expires-in', String(token.expiresIn))
  setOutput('scopes', token.scopes.join(' '))
  setOutput('service-account', word('client_id') || request.clientId)
  setOutput('policy', word('policy'))
  setOutput('jti', word('jti'))
  if (exportAs !== null) exportVariable(exportAs, token.token)
  log(`${request.clientId} holds ${token.scopes.join(' ')} for ${token.expiresIn} s`)
  debug(`jti ${harmless(word('jti'))}, policy ${harmless(word('policy'))}`)
  await summarizeGrant(request, token, claims)
}

const fail = async (failure: Failure, inputs?: Inputs): Promise<number> => {
  await summarizeFailure(failure, inputs?.request)
  annotate(failure)
  return 1
}

// Without these files, `@actions/core` would print outputs and state, tokens among them.
const handover = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV']

const tooOld = ({ env }: Runner): Failure | null => {
  const missing = handover.filter((name) => !env[name])
  if (missing.length === 0) return null
  return {
    code: 'bad_input',
    message: `This runner gives steps no ${missing.join(', ')}, expected one of 2.297 or newer`,
    next: 'update the runner',
  }
}

/** The step: identity token, exchange, outputs. Returns the exit code. */
export const runExchangeStep = async (runner: Runner): Promise<number> => {
  const outdated = tooOld(runner)
  if (outdated !== null) return fail(outdated)
  const inputs = readInputs()
  if (!inputs.ok) return fail(inputs.error)
  const token = await obtain(inputs.value, runner)
  if (!token.ok) return fail(token.error, inputs.value)
  const held = await holdToScopes(token.value, inputs.value, runner)
  if (!held.ok) return fail(held.error, inputs.value)
  await hand(inputs.value, held.value)
  return 0
}
