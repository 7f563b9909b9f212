import { summary } from '@actions/core'
import type { JsonObject } from '../core/json.ts'
import { oneLine } from '../core/one-line.ts'
import type { AccessToken, ExchangeRequest } from '../pipeline/exchange.ts'
import type { Failure } from '../pipeline/failure.ts'
import { harmless } from './log.ts'
import { nextLines } from './refusal.ts'

type Row = readonly [name: string, value: string]

const maxValue = 300

/**
 * A value that stays a value in Markdown and in HTML: everything but letters, digits and a few marks
 * becomes an entity. Branches, people and environments are named by whoever opens a pull request.
 */
export const inCell = (text: string): string => {
  const safe = harmless(text.slice(0, maxValue)).replace(
    /[^A-Za-z0-9 ./_-]/gu,
    (char) => `&#${char.codePointAt(0)};`,
  )
  return `<code>${safe}</code>`
}

const table = (rows: readonly Row[]): string =>
  `<table>${rows.map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`).join('')}</table>`

// A runner without summaries is no reason to fail a job that has its token.
const write = async (title: string, rows: readonly Row[]): Promise<void> => {
  try {
    await summary.addRaw(`### ${title}\n\n${table(rows)}\n\n`).write()
  } catch {
    summary.emptyBuffer()
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Tells in the job's summary what was granted. The token is not in it. */
export const summarizeGrant = (
  { url, clientId }: ExchangeRequest,
  token: AccessToken,
  claims: JsonObject,
): Promise<void> =>
  write('Gatehouse: access token', [
    ['Gateway', inCell(url)],
    ['Service account', inCell(clientId)],
    ['For', inCell(text(claims.aud))],
    ['Scopes', inCell(token.scopes.join(' '))],
    ['Policy', inCell(text(claims.policy))],
    ['Ends', inCell(new Date(token.expiresAt).toISOString())],
    ['Id', inCell(text(claims.jti))],
  ])

/** Tells in the job's summary why there is no token, and what to do next. */
export const summarizeFailure = (failure: Failure, request?: ExchangeRequest): Promise<void> =>
  write('Gatehouse: no access token', [
    ...(request ? [['Gateway', inCell(request.url)] as const] : []),
    ...(request ? [['Service account', inCell(request.clientId)] as const] : []),
    ['Why', inCell(failure.message)],
    ...(failure.failedClaims ?? []).map(
      ({ claim, actual }) => [`Missed ${inCell(claim)}`, inCell(oneLine(actual))] as const,
    ),
    ['Next', nextLines(failure).map(inCell).join('<br>')],
  ])
