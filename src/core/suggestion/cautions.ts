import { claimValue } from '../claims.ts'
import type { JsonObject } from '../json.ts'
import type { ClaimFact, Preset } from '../preset.ts'
import { knownStrangerEvents } from '../stranger-events.ts'
import type { Clause } from '../trace.ts'
import type { Pins } from './pins.ts'

/** What of a token's values says that strangers wrote what ran; each as `code: sentence`. */
export const riskyOf = (claims: JsonObject, pins: Pins, preset: Preset | null): string[] => {
  const facts = preset?.claims ?? copied
  const values = facts.flatMap(({ name, risky = {}, riskyPart: part }) => {
    const value = textOf(claims, name)
    const why = Object.hasOwn(risky, value) ? risky[value] : undefined
    if (why !== undefined) return [`risky_value: ${name} ${value}: ${why}`]
    const holds = part !== undefined && value.includes(part.holds)
    return holds ? [`risky_value: ${name} with ${part.holds}: ${part.why}`] : []
  })
  return [...values, ...proposals(pins), ...(preset === null ? proposalWords(claims) : [])]
}

const textOf = (claims: JsonObject, name: string): string => String(claimValue(claims, name) ?? '')

// Others took over GitHub's names of events.
const copied: readonly ClaimFact[] = [{ name: 'event_name', risky: knownStrangerEvents }]

// Refs of proposals: of GitHub, GitLab, Gerrit, Bitbucket, and whoever copies them.
const ofProposal = /^(refs\/)?(pull|pull-requests|merge-requests|changes)\//

const proposals = (pins: Pins): string[] =>
  [...pins].flatMap(([name, { value }]) =>
    ofProposal.test(String(value))
      ? [`proposed_ref: ${name}: this job ran for a proposal; run it from where you deploy from`]
      : [],
  )

// What issuers that nobody described call a proposal, as a whole part of a value or its beginning.
const proposalWord =
  /(^|[:/,;= ])((external[-_]?)?(pull|merge)[-_]?requests?([-_]\w+)*|fork(ed)?|pr)($|[:/,;= ])/i
const refOfProposal = /refs\/(pull|pull-requests|merge-requests|changes)\//

const proposalWords = (claims: JsonObject): string[] =>
  ['event_name', 'pipeline_source', 'sub']
    .map((name) => [name, textOf(claims, name)] as const)
    .filter(([, value]) => proposalWord.test(value) || refOfProposal.test(value))
    .map(([name]) => `proposed: ${name}: its words are those of a proposal, which strangers write`)

const isTag = (value: unknown): boolean => String(value).startsWith('refs/tags/')

/** What a reader should know of the token before saving the suggestion; each as `code: sentence`. */
export const remarksOn = (claims: JsonObject, pins: Pins, preset: Preset | null): string[] => {
  const unprotected = ['ref_protected', 'environment_protected']
    .filter((name) => String(claimValue(claims, name)) === 'false')
    .map((name) => `unprotected: ${name} is false: whoever may push can make such a job`)
  const tags = [...pins]
    .filter(([, { value }]) => isTag(value))
    .map(([name]) => `one_tag: ${name}: this tag alone; write {"glob":"refs/tags/v*"} for the next`)
  const unknown =
    preset === null ? ['no_preset: nothing is known of this issuer; look at each claim'] : []
  return [...unprotected, ...tags, ...unknown]
}

/** Why no policy can accept a token; each as `code: sentence`. */
export const refusedBy = (clauses: readonly Clause[]): string[] =>
  clauses
    .filter(({ verdict }) => verdict !== 'match')
    .map(({ claim, actual, hint }) => {
      const name = claim.replace(/^gate:/, '')
      const what = `${name} is ${JSON.stringify(actual)}: no policy accepts such a token`
      return `refused_token: ${[what, ...(hint === undefined ? [] : [hint])].join('. ')}`
    })
