import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { evaluatePolicy, satisfiesPolicy } from '../../src/core/evaluate.ts'
import { runExamples } from '../../src/core/examples.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { lintPolicy } from '../../src/core/lint/policy.ts'
import type { Preset } from '../../src/core/preset.ts'
import { isPerRun } from '../../src/core/suggestion/per-run.ts'
import { suggestPolicy } from '../../src/core/suggestion/suggestion.ts'
import { toYaml } from '../../src/core/suggestion/yaml.ts'
import { presets } from '../../src/issuers/registry.ts'
import { tokenOf } from '../issuers/sample.ts'

const gateway = 'https://gatehouse.acme.example'
const audiences = [`${gateway}/acme`, gateway]

const suggest = (claims: JsonObject, preset: Preset | null) =>
  suggestPolicy({
    claims,
    issuer: String(claims.iss),
    preset,
    replay: preset?.replay ?? 'single_use',
    audiences,
  })

const presetOf = (id: string): Preset => {
  const preset = presets.find((each) => each.id === id)
  if (preset === undefined) throw new Error(`no preset ${id}`)
  return preset
}

const codesOf = (warnings: readonly string[]) => warnings.map((each) => each.split(':')[0])

describe.each(presets.map((preset) => ({ id: preset.id, preset })))('$id', ({ preset }) => {
  const token = tokenOf(preset)
  const { policy, notes, warnings } = suggest(token, preset)

  test('what is suggested saves without a refusal, and its examples come out', () => {
    expect(warnings.filter((each) => each.startsWith('refused'))).toEqual([])
    if (policy === null) throw new Error(`no policy: ${warnings}`)
    expect(lintPolicy(policy, preset, { audiences }).errors).toEqual([])
    expect(runExamples(policy, preset)).toEqual([])
    expect(policy.examples.reject.length).toBeGreaterThan(0)
    expect(policy).toMatchObject({ acknowledge: [], enabled: true, replay: preset.replay })
  })

  test('it accepts the token that it was made from', () => {
    const saved = { ...policy, id: 'tp_1', version: 1 } as Parameters<typeof evaluatePolicy>[0]
    const claims = { ...token, aud: policy?.audience ?? '' }
    expect(evaluatePolicy(saved, { claims, times: [] }, preset).satisfied).toBe(true)
  })

  test('identity is bound by exact values, and nothing that differs from run to run', () => {
    const bound = policy?.boundClaims ?? {}
    expect(Object.values(bound).every((matcher) => typeof matcher !== 'object')).toBe(true)
    const names = Object.keys(bound)
    expect(preset.requiredIdentity.some((ids) => ids.every((id) => names.includes(id)))).toBe(true)
    const { sha, run_id: run } = preset.provenance
    for (const name of ['jti', 'iat', 'exp', 'nbf', sha, run]) expect(names).not.toContain(name)
    const ids = preset.requiredIdentity.flat()
    expect(names.filter((name) => isPerRun(name) && !ids.includes(name))).toEqual([])
  })

  test('it warns of no more than a careful author would be warned of', () => {
    const avoidable = ['unbound_claim', 'risky_value', 'type_mismatch', 'unknown_claim']
    expect(codesOf(warnings).filter((code) => avoidable.includes(code ?? ''))).toEqual([])
  })

  test('every claim is accounted for, once', () => {
    const told = notes.map(({ claim }) => claim)
    expect(new Set(told).size).toBe(told.length)
    expect(notes.every(({ why }) => why !== '')).toBe(true)
    for (const name of Object.keys(token)) {
      if (['iss', 'aud', 'exp', 'iat', 'nbf'].includes(name)) continue
      const inside = `/${name.replaceAll('/', '~1')}/`
      expect(
        told.some((claim) => claim === name || claim.startsWith(inside)),
        name,
      ).toBe(true)
    }
  })
})

const github = presetOf('github-actions')
const gitlab = presetOf('gitlab-com')

describe('GitHub', () => {
  test('ids, ref, environment and event are pinned; names, sha and run are not', () => {
    const { policy } = suggest(tokenOf(github), github)
    expect(policy).toMatchObject({
      name: 'acme/api at refs/heads/main, production',
      audience: gateway,
      boundClaims: {
        repository_id: '800002',
        repository_owner_id: '90001',
        ref: 'refs/heads/main',
        environment: 'production',
        event_name: 'push',
        ref_protected: 'true',
        runner_environment: 'github-hosted',
      },
    })
    expect(Object.keys(policy?.boundClaims ?? {})).toHaveLength(7)
  })

  test('a pull request is shown, and what it gets is switched off', () => {
    const claims = { ...tokenOf(github), event_name: 'pull_request', ref: 'refs/pull/7/merge' }
    const { policy, warnings } = suggest(claims, github)
    expect(policy).toMatchObject({ enabled: false, boundClaims: { event_name: 'pull_request' } })
    expect(codesOf(warnings)).toEqual(
      expect.arrayContaining(['risky_value', 'proposed_ref', 'switched_off']),
    )
  })

  test.each(['pull_request_target', 'workflow_run'])('nothing is suggested for %s', (event) => {
    const { policy, warnings } = suggest({ ...tokenOf(github), event_name: event }, github)
    expect(policy).toBeNull()
    expect(warnings[0]).toMatch(/^refused_token: event_name is /)
  })

  test('an unprotected ref is not bound as if that protected something', () => {
    const { policy, warnings } = suggest({ ...tokenOf(github), ref_protected: 'false' }, github)
    expect(policy?.boundClaims).not.toHaveProperty('ref_protected')
    expect(codesOf(warnings)).toContain('unprotected')
  })

  test('a tag is bound as it is, and the way to bind the next one is told', () => {
    const { policy, warnings } = suggest({ ...tokenOf(github), ref: 'refs/tags/v1' }, github)
    expect(policy?.boundClaims).toMatchObject({ ref: 'refs/tags/v1' })
    expect(codesOf(warnings)).toContain('one_tag')
  })

  test('a token for somebody else gets the audience that it has to ask for', () => {
    const { policy, warnings } = suggest({ ...tokenOf(github), aud: 'sts.amazonaws.com' }, github)
    expect(policy?.audience).toBe(gateway)
    expect(codesOf(warnings)).toContain('other_audience')
    const own = suggest({ ...tokenOf(github), aud: [`${gateway}/acme`] }, github)
    expect(own.policy?.audience).toBe(`${gateway}/acme`)
    expect(codesOf(own.warnings)).not.toContain('other_audience')
  })

  test.each([
    ['a control character', 'main\u0000'],
    ['a bidi override', 'refs/heads/\u202emain'],
    ['two texts for one', 'refs/heads/e\u0301'],
    ['a space at its end', 'refs/heads/main\u00a0'],
    ['too many characters', 'x'.repeat(1100)],
    ['no plain value', ['main']],
  ])('nothing is suggested for a ref with %s: it would admit every ref', (_, ref) => {
    const { policy, notes, warnings } = suggest({ ...tokenOf(github), ref }, github)
    expect(policy).toBeNull()
    expect(warnings[0]).toMatch(/^unpinned: ref cannot be bound to its value: ./)
    expect(notes.find(({ claim }) => claim === 'ref')?.why).toMatch(/^it cannot be bound: ./)
  })

  test.each(['issues', 'discussion', 'fork', 'watch', 'gollum', 'issue_comment'])(
    'a job that a stranger starts by %s gets it switched off',
    (event_name) => {
      const { policy, warnings } = suggest({ ...tokenOf(github), event_name }, github)
      expect([policy?.enabled, codesOf(warnings).includes('risky_value')]).toEqual([false, true])
    },
  )
})

describe('others', () => {
  test("a fork's pipeline in the parent project is nobody's policy", () => {
    const claims = { ...tokenOf(gitlab), job_project_id: '666' }
    expect(suggest(claims, gitlab).policy).toBeNull()
  })

  test('a person who logs in with GitLab is no job', () => {
    const { job_id: _j, pipeline_id: _p, ...person } = tokenOf(gitlab)
    const { policy, warnings } = suggest(person, gitlab)
    expect(policy).toBeNull()
    expect(codesOf(warnings)).toContain('refused_token')
  })

  test('without the ids nothing is suggested, and the missing ones are named', () => {
    const buildkite = presetOf('buildkite')
    const { organization_id: _o, pipeline_id: _p, ...token } = tokenOf(buildkite)
    const { policy, warnings, notes } = suggest(token, buildkite)
    expect(policy).toBeNull()
    expect(warnings[0]).toContain('organization_id and pipeline_id')
    expect(notes.every(({ bound }) => !bound)).toBe(true)
  })

  test('a shell in a job rerun with SSH is risky', () => {
    const circleci = presetOf('circleci')
    const claims = { ...tokenOf(circleci), 'oidc.circleci.com/ssh-rerun': true }
    expect(suggest(claims, circleci).policy?.enabled).toBe(false)
  })

  test('where only names say the context, the narrowest of them is bound', () => {
    const { environment: _, ...token } = tokenOf(presetOf('vercel'))
    const { policy } = suggest(token, presetOf('vercel'))
    expect(policy?.boundClaims).toHaveProperty('sub')
  })
})

test("Buildkite's branch of a fork gets it switched off, and a warning wherever it is bound", () => {
  const preset = presetOf('buildkite')
  const token = { ...tokenOf(preset), build_source: 'webhook', build_branch: 'attacker:main' }
  const { policy, warnings } = suggest(token, preset)
  expect(policy?.enabled).toBe(false)
  expect(warnings).toContainEqual(expect.stringMatching(/^risky_value: build_branch with :/))
  expect(lintPolicy(policy as never, preset, { audiences }).warnings).toContainEqual(
    expect.stringMatching(/^risky_value: build_branch with :/),
  )
})

describe('without a preset', () => {
  const unknown = { iss: 'https://ci.example', aud: gateway, sub: 'job-7', sha: 'abc', run_id: '1' }

  test('the exact subject is bound, and ids and context by their common names', () => {
    const { policy, warnings } = suggest({ ...unknown, project_id: 9, ref: 'main' }, null)
    expect(policy?.boundClaims).toEqual({ sub: 'job-7', project_id: 9, ref: 'main' })
    expect(policy?.replay).toBe('single_use')
    expect(codesOf(warnings)).toContain('no_preset')
    expect(lintPolicy(policy as never, null, { audiences }).errors).toEqual([])
  })

  test('a subject that anybody can register is not bound', () => {
    const claims = { ...unknown, sub: 'repo:acme-501/app-1001:ref:refs/heads/main' }
    expect(suggest(claims, null).policy).toBeNull()
    const { policy } = suggest({ ...claims, repository_id: '1001' }, null)
    expect(policy).toMatchObject({ enabled: false, boundClaims: { repository_id: '1001' } })
  })

  test.each([
    ['sub', 'team/cafe\u0301'],
    ['sub', ' job'],
    ['ref', '\u202emain'],
  ])('nothing is suggested where %s is %j', (name, value) => {
    const { policy, warnings } = suggest({ ...unknown, [name]: value }, null)
    expect([policy, warnings[0]]).toEqual([null, expect.stringContaining(`unpinned: ${name} `)])
  })

  test('nothing is suggested by context alone', () => {
    const { sub: _, ...nobody } = unknown
    expect(suggest({ ...nobody, ref: 'main' }, null).policy).toBeNull()
  })

  test.each([
    { event_name: 'pull_request' },
    { event_name: 'issue_comment' },
    { event_name: 'pull_request_target' },
    { pipeline_source: 'merge_request_event' },
    { pipeline_source: 'external_pull_request_event' },
    { sub: 'repo:acme/app:pull_request', repository_id: '1' },
    { sub: 'project:1:ref:refs/merge-requests/7/head' },
    { sub: 'job:1:fork' },
    { ref: 'refs/changes/01/1/1' },
  ])('%j is a proposal of strangers: switched off', (claims) => {
    expect(suggest({ ...unknown, ...claims }, null).policy?.enabled).toBe(false)
  })
})

const odd = fc.oneof(
  fc.constantFrom(
    'main',
    'e\u0301',
    ' a',
    'a\u00a0',
    '\u202ex',
    'x'.repeat(1025),
    '',
    'a\u0000',
    'é',
  ),
  fc.string({ maxLength: 6 }),
  fc.constantFrom(7, 2 ** 53, 1.5, true, null, ['a']),
)

describe.each([null, github, gitlab, presetOf('buildkite'), presetOf('circleci')])(
  'whatever a token says (%#)',
  (preset) => {
    const named = [
      ...['sub', 'ref', 'environment', 'event_name', 'pipeline_source'],
      ...['repository_id', 'repository_owner_id', 'project_id', 'namespace_id'],
    ]
    const ids = preset?.requiredIdentity[0] ?? []
    // What spells names is not bound beside ids, and GitLab's `ref` is the end of its `ref_path`.
    const context = (preset?.claims ?? [])
      .filter(({ name, naming }) => preset?.contextClaims.includes(name) && naming === undefined)
      .map(({ name }) => name)
      .filter((name) => preset?.family !== 'gitlab' || name !== 'ref')
    const telling = preset === null ? named : [...ids, ...context]
    const base: JsonObject =
      preset === null ? { iss: 'https://ci.example', aud: gateway, sub: 'job' } : tokenOf(preset)

    test('an enabled policy accepts no token that differs in who or where', () => {
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...telling), odd), odd, (changes, other) => {
          const claims = { ...base, ...changes }
          const { policy } = suggest(claims, preset)
          if (policy?.enabled !== true) return
          const asked = { ...claims, aud: policy.audience }
          expect(satisfiesPolicy(policy, asked, preset)).toBe(true)
          for (const name of telling) {
            const own = claims[name] ?? ''
            if (own === '' || own === other) continue
            expect(satisfiesPolicy(policy, { ...asked, [name]: other }, preset), name).toBe(false)
          }
        }),
      )
    })
  },
)

describe('as YAML', () => {
  test.each([
    { a: 'yes', b: '1', c: 1, d: true, e: null, f: [], g: {}, no: 'x', 'a: b': ['- x', '#'] },
    { deep: { list: [{ a: 1, b: [{ c: 'd' }] }, 'x', [1, [2]]] } },
    { text: 'line\nline "quoted" \\ \u2028 é 🚪', '/kubernetes.io/a~1b': 'x', __proto__x: 'y' },
  ])('%o is read back as it was', (value) => {
    expect(parse(toYaml(value as JsonObject))).toEqual(value)
  })

  test.each(presets.map((preset) => ({ id: preset.id, preset })))('$id too', ({ preset }) => {
    const { policy } = suggest(tokenOf(preset), preset)
    const object = policy as unknown as JsonObject
    expect(parse(toYaml(object))).toEqual(object)
  })
})
