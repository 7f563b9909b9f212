import { claimValue } from '../claims.ts'
import type { JsonObject } from '../json.ts'
import type { Preset } from '../preset.ts'
import type { Clause } from '../trace.ts'
import type { Pins } from './pins.ts'

/** What of the bound values admits what strangers wrote; each as `code: sentence`. */
export const riskyOf = (pins: Pins, preset: Preset | null): string[] => {
  const facts = preset?.claims ?? []
  const values = facts.flatMap(({ name, risky = {} }) => {
    const value = String(pins.get(name)?.value)
    const why = Object.hasOwn(risky, value) ? risky[value] : undefined
    return why === undefined ? [] : [`risky_value: ${name} ${value}: ${why}`]
  })
  return [...values, ...proposals(pins)]
}

// Refs of proposals: of GitHub, GitLab, and whoever copies them.
const ofProposal = /^refs\/(pull|merge-requests)\//

const proposals = (pins: Pins): string[] =>
  [...pins].flatMap(([name, { value }]) =>
    ofProposal.test(String(value))
      ? [`proposed_ref: ${name}: this job ran for a proposal; run it from where you deploy from`]
      : [],
  )

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
