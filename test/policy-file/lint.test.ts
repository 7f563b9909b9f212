import { describe, expect, it } from 'vitest'
import { lintAccount } from '../../src/policy-file/lint.ts'
import { readPolicyFile } from '../../src/policy-file/read.ts'
import { runTrials } from '../../src/policy-file/trials.ts'

const text = (lines: string): string => `kind: TrustPolicies/v1
service_account: /acme/payments/deploy-bot
policies:
  - name: deploy from main
    audience: https://gw.test/acme
${lines}`

const accountIn = (lines: string) => {
  const read = readPolicyFile(text(lines))
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const [account] = read.value
  if (account === undefined) throw new Error('no account')
  return account
}

const found = (lines: string, gateway?: string): string[] =>
  lintAccount(accountIn(lines), gateway === undefined ? {} : { gateway }).map(
    ({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`,
  )

const good = `    issuer: github-actions
    bound_claims:
      repository_id: "1001"
      repository_owner_id: "501"
      ref: refs/heads/main
      environment: production
      event_name: push
`

describe('linting a policy file', () => {
  it('finds nothing where there is nothing', () => {
    expect(found(good)).toEqual([])
  })

  it('says that a number has to be quoted where the preset sends text', () => {
    const lines = good.replace('"1001"', '1001')
    expect(found(lines)).toContain('8:22 error type_mismatch')
    const [finding] = lintAccount(accountIn(lines))
    expect(finding?.message).toContain('quote it, "1001"')
    expect(finding).toMatchObject({ policy: 'deploy from main' })
  })

  it('takes numbers where the preset sends numbers', () => {
    const lines = `    issuer: https://oidc.circleci.com/org/x
    preset: null
    bound_claims: { n: 1001, sub: a }
`
    expect(found(lines).filter((each) => each.includes('type_mismatch'))).toEqual([])
  })

  it.each([
    [
      'ids that are missing',
      good.replace(/repository_id.*\n/, 'repository: acme/app\n'),
      '7:5 error immutable_id_required',
    ],
    [
      'a wildcard in a name',
      good
        .replace('refs/heads/main', '{ glob: "**" }')
        .replace('environment: production', 'repository: { glob: "acme/*" }'),
      '11:27 error unsafe_wildcard',
    ],
    [
      'an example',
      `${good}    examples: { accept: [{ ref: refs/heads/x }] }\n`,
      '13:26 error example_failed',
    ],
    [
      'a vendor without a preset',
      good.replace('github-actions', 'https://acme.ghe.com'),
      '6:13 error preset_required',
    ],
    [
      'a URL that says no preset',
      good.replace('github-actions', 'https://git.acme.test'),
      '6:13 warning preset_unsaid',
    ],
    ['a token that stays good', `${good}    replay: reusable\n`, '13:13 warning reusable_token'],
    [
      'a claim that nobody sends',
      good.replace('environment:', 'enviroment:'),
      '11:19 warning unknown_claim',
    ],
  ])('places %s', (_what, lines, expected) => {
    expect(found(lines)).toContain(expected)
  })

  it('holds audiences to the gateway where it is known', () => {
    expect(found(good, 'https://gw.test')).toEqual([])
    expect(found(good, 'https://other.test')).toEqual(['5:15 error validation_failed'])
  })
})

describe('trying a policy file', () => {
  const trials = (lines: string) =>
    runTrials(accountIn(lines)).map(({ name, passed, message }) => [name, passed, message])

  it('runs examples and tests', () => {
    const lines = `${good}    examples: { accept: [{}], reject: [{ ref: refs/heads/main-attacker }] }
    tests:
      - { name: another repository, claims: { repository_id: "666" }, expect: reject, failing: [repository_id] }
      - { name: untrusted pull, claims: { event_name: pull_request_target }, expect: reject, failing: [event_name, "gate:event_name"] }
`
    expect(trials(lines)).toEqual([
      ['examples.accept[0]', true, null],
      ['examples.reject[0]', true, null],
      ['another repository', true, null],
      ['untrusted pull', true, null],
    ])
  })

  it('says what went otherwise', () => {
    const lines = `${good}    examples: { accept: [{ ref: refs/heads/Main }], reject: [{ sha: x }] }
    tests:
      - { name: wrong clause, claims: { repository_id: "666" }, expect: reject, failing: [ref] }
`
    const [accept, reject, clause] = trials(lines)
    expect(accept?.[2]).toContain('Differs only in case')
    expect(reject?.[2]).toBeNull() // laid over the first accept sample, whose ref is wrong
    expect(clause?.[2]).toContain('expected to fail exactly ref')
  })
})
