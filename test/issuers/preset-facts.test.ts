import { describe, expect, test } from 'vitest'
import { claimValue } from '../../src/core/claims.ts'
import { checkIssuerUrl } from '../../src/core/issuer-url.ts'
import { isJsonObject, type Json } from '../../src/core/json.ts'
import { presetFor } from '../../src/core/preset-match.ts'
import { provenanceOf } from '../../src/core/provenance.ts'
import { findPreset, presets } from '../../src/issuers/registry.ts'
import { tokenOf } from './sample.ts'

const registered = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti']

const typeOf = (value: Json): string => (Array.isArray(value) ? 'array' : typeof value)

test('ids and exact issuers are unique, and found', () => {
  const ids = presets.map(({ id }) => id)
  const issuers = presets.flatMap(({ issuer }) => issuer ?? [])
  expect(new Set(ids).size).toBe(24)
  expect(new Set(issuers).size).toBe(issuers.length)
  for (const preset of presets) expect(findPreset(preset.id)).toBe(preset)
  expect(findPreset('constructor')).toBeUndefined()
})

describe.each(presets)('$id', (preset) => {
  const token = tokenOf(preset)
  const issuer = String(token.iss)
  const facts = new Map(preset.claims.map((fact) => [fact.name, fact]))

  test('the issuer of the sample is a legal URL that carries it', () => {
    expect(checkIssuerUrl(issuer, { inlineKeys: false, loopback: false }).ok).toBe(true)
    expect(presetFor(issuer, preset.id, presets)).toEqual({ ok: true, value: preset })
    if (preset.issuer !== null) expect(preset.issuer).toBe(issuer)
  })

  test('the sample has claims and types that the catalogue knows', () => {
    for (const { name, type } of preset.claims) {
      const value = claimValue(token, name) ?? null
      if (value !== null && type !== undefined) expect(typeOf(value), name).toBe(type)
    }
    const nested = preset.claims.filter(({ name }) => name.startsWith('/'))
    for (const [name, value] of Object.entries(token)) {
      const pointer = `/${name.replaceAll('/', '~1')}/`
      const known = registered.includes(name) || facts.has(name)
      const isParent = isJsonObject(value) && nested.some((fact) => fact.name.startsWith(pointer))
      expect(known || isParent, name).toBe(true)
    }
  })

  test('what it names, it knows', () => {
    const names = [
      ...preset.requiredIdentity.flat(),
      ...Object.values(preset.provenance),
      ...preset.claims.flatMap(({ backedBy }) => backedBy ?? []),
      ...preset.claims.flatMap(({ advised }) => advised?.beside ?? []),
    ]
    for (const name of names) expect(facts.has(name), name).toBe(true)
    expect(facts.size).toBe(preset.claims.length)
  })

  test('every identity holds an anchor, and lifetimes fit the age limit', () => {
    for (const names of preset.requiredIdentity) {
      expect(names.some((name) => facts.get(name)?.anchor)).toBe(true)
    }
    const lifetime = Number(token.exp) - Number(token.iat)
    expect(preset.maxTokenAgeSeconds).toBeGreaterThanOrEqual(lifetime)
    expect(preset.maxTokenAgeSeconds).toBeLessThanOrEqual(86_400)
  })

  test('its provenance is complete on the sample, run URL included', () => {
    const provenance = provenanceOf(token, preset, issuer)
    const { provider, run_url, ...mapped } = provenance
    expect(provider).toBe(preset.family)
    expect(Object.keys(mapped)).toEqual(Object.keys(preset.provenance))
    expect(run_url === undefined).toBe(preset.runUrl === undefined)
    if (run_url !== undefined) expect(URL.canParse(run_url)).toBe(true)
  })
})

test.each([
  ['gitlab-com', 'single_use_per_audience'],
  ['gitlab-self-managed', 'single_use_per_audience'],
  ['github-actions', 'single_use'],
  ['buildkite', 'single_use'],
  ['kubernetes', 'reusable'],
  ['circleci', 'reusable'],
])('%s is %s', (id, replay) => expect(findPreset(id)?.replay).toBe(replay))

test('only Google keeps its keys on another origin', () => {
  const others = presets.filter(({ keySetOrigins }) => keySetOrigins.length > 0)
  expect(others.map(({ id, keySetOrigins }) => [id, keySetOrigins])).toEqual([
    ['google', ['https://www.googleapis.com']],
  ])
})
