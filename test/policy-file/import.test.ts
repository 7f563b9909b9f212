import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../src/core/matcher.ts'
import { type ImportSource, importText } from '../../src/policy-file/import/import.ts'
import { matcherOfLike, matcherOfRegex } from '../../src/policy-file/import/patterns.ts'

const github = 'https://token.actions.githubusercontent.com'
const target = { audience: 'https://gw.test', issuer: undefined, fileName: 'deploy.sts.yaml' }

const imported = (source: ImportSource, value: unknown, more: object = {}) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  const { policies, findings } = importText(source, text, { ...target, ...more })
  return {
    policies,
    claims: policies.map(({ bound_claims }) => bound_claims),
    found: findings.map(({ line, code }) => `${line} ${code}`),
    words: findings.map(({ message }) => message).join('\n'),
  }
}

describe('a regular expression', () => {
  it.each([
    ['refs/heads/main', 'refs/heads/main'],
    ['^refs/heads/main$', 'refs/heads/main'],
    ['refs/heads/(main|release)', { any_of: ['refs/heads/main', 'refs/heads/release'] }],
    ['refs/tags/v[^/:]+', { glob: 'refs/tags/v*' }],
    ['(?:a|b)/[^:]+', { any_of: [{ glob: 'a/**' }, { glob: 'b/**' }] }],
    ['v1\\.2', 'v1.2'],
  ])('%s becomes what accepts the same', (pattern, matcher) => {
    expect(matcherOfRegex(pattern)).toEqual(matcher)
  })

  it.each([
    '.*',
    'refs/heads/.*',
    'a.b',
    'a|b',
    'ab?',
    'a+',
    '[ab]',
    '(a|b)?',
    '(a(b))',
    'a{2}',
    '(?i)a',
    '\\d+',
    'x\\*[^/:]+',
    '[^/]+',
    '(a|b)+',
    'a\\',
    '(a',
    'a)',
    '^^a',
    'a$b',
    '[^:]+[^/:]+',
  ])('%s becomes nothing', (pattern) => {
    expect(matcherOfRegex(pattern)).toBeNull()
  })

  it('accepts the same values, whatever it is made of', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '/',
      ':',
      'refs',
      '\\.',
      '\\*',
      '[^/:]+',
      '[^:]+',
      '(a|b/)',
      '(?:x|[^:]+)',
      '.',
      '?',
      '|',
      '.*',
      '\\\\',
    )
    const value = fc.string({
      unit: fc.constantFrom('a', 'b', 'x', '/', ':', 'refs', '.', '*', '\\'),
      maxLength: 6,
    })
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 5 }),
        fc.array(value, { minLength: 20, maxLength: 20 }),
        (parts, values) => {
          const pattern = parts.join('')
          const matcher = matcherOfRegex(pattern)
          if (matcher === null) return
          const regex = new RegExp(`^(?:${pattern})$`)
          for (const each of values) {
            expect([pattern, each, judge(matcher, each)]).toEqual([
              pattern,
              each,
              regex.test(each) ? 'match' : 'mismatch',
            ])
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('a pattern of stars', () => {
  it('never accepts more than before', () => {
    const piece = fc.constantFrom('a', ':', '/', '*', '**', 'repo:')
    const value = fc.string({ unit: fc.constantFrom('a', ':', '/', 'repo:', 'b'), maxLength: 6 })
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 5 }),
        fc.array(value, { minLength: 20, maxLength: 20 }),
        (pieces, values) => {
          const pattern = pieces.join('')
          const like = matcherOfLike(pattern, true)
          if (like === null) return
          const regex = new RegExp(`^${pattern.replaceAll(/\*+/g, '[^]*')}$`)
          for (const each of values) {
            if (judge(like.matcher, each) === 'match')
              expect([pattern, regex.test(each)]).toEqual([pattern, true])
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('octo-sts', () => {
  it('carries issuer, subject and claims; permissions become comments', () => {
    const { policies, found } = imported(
      'octo-sts',
      `issuer: ${github}
subject: repo:acme/app:ref:refs/heads/main
claim_pattern:
  ref: refs/heads/(main|release)
permissions:
  contents: read
`,
    )
    expect(policies).toMatchObject([
      {
        name: 'deploy',
        issuer: github,
        audience: 'https://gw.test',
        bound_claims: {
          sub: 'repo:acme/app:ref:refs/heads/main',
          ref: { any_of: ['refs/heads/main', 'refs/heads/release'] },
        },
        comments: [
          'octo-sts gave contents: read',
          expect.stringContaining('add repository_id and repository_owner_id'),
        ],
      },
    ])
    expect(found).toEqual(['1 ids_missing'])
  })

  it('writes nothing where a condition cannot be carried, and says which at which line', () => {
    const { policies, found, words } = imported(
      'octo-sts',
      `issuer: ${github}
subject_pattern: repo:acme/.*
claim_pattern:
  ref: refs/heads/(main|release)
  job_workflow_ref: acme/.+
`,
    )
    expect(policies).toEqual([])
    expect(found).toEqual(['2 not_carried_over', '5 not_carried_over'])
    expect(words).toContain('repo:acme/.*')
  })

  it.each([
    ['an issuer of many', 'issuer_pattern: https://.*\nsubject: a\n'],
    ['a condition that is not known', `issuer: ${github}\nsubject: a\nactor: me\n`],
    ['no document', '- 1\n'],
    ['a subject and a pattern of sub', `issuer: ${github}\nsubject: a\nclaim_pattern:\n  sub: b\n`],
    ['a subject twice', `issuer: ${github}\nsubject: a\nsubject_pattern: a\n`],
    ['no subject', `issuer: ${github}\nsubject: ""\nclaim_pattern: { ref: a }\n`],
    ['an issuer twice', `issuer: ${github}\nissuer_pattern: https://a\nsubject: a\n`],
    [
      'a claim that would be a pointer',
      `issuer: ${github}\nsubject: a\nclaim_pattern: { /a: b }\n`,
    ],
    [
      'a claim that copies lose',
      `issuer: ${github}\nsubject: a\nclaim_pattern: { __proto__: b }\n`,
    ],
  ])('refuses %s', (_what, text) => {
    expect(imported('octo-sts', text)).toMatchObject({
      policies: [],
      found: [expect.stringContaining('not_carried_over')],
    })
  })

  it('writes nothing of a file in which a condition may be lost', () => {
    const twice = `issuer: ${github}\nsubject: a\nclaim_pattern:\n  ref: a\n  ref: b\n`
    expect(imported('octo-sts', twice)).toMatchObject({
      policies: [],
      found: expect.arrayContaining(['5 yaml-duplicate-key']),
    })
  })
})

describe('an IAM trust policy', () => {
  const statement = (members: object = {}) => ({
    Sid: 'Deploy',
    Effect: 'Allow',
    Principal: {
      Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
    },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': [
          'repo:acme/app:environment:prod',
          'repo:acme/app:ref:refs/heads/main',
        ],
      },
    },
    ...members,
  })
  const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements })

  it('becomes a policy for each statement', () => {
    const { policies, found } = imported('aws', policy(statement(), statement({ Sid: 'Two' })))
    expect(policies.map(({ name, issuer }) => [name, issuer])).toEqual([
      ['Deploy', github],
      ['Two', github],
    ])
    expect(policies[0]?.bound_claims).toEqual({
      sub: { any_of: ['repo:acme/app:environment:prod', 'repo:acme/app:ref:refs/heads/main'] },
    })
    expect(policies[0]?.comments).toContain('AWS took the audience sts.amazonaws.com')
    expect(found).toEqual(['1 ids_missing', '1 ids_missing'])
  })

  it('says that a star was more than a glob is', () => {
    const like = {
      'ForAnyValue:StringLike': { 'token.actions.githubusercontent.com:sub': 'repo:acme/app:*' },
    }
    const { claims, found } = imported('aws', policy(statement({ Condition: like })))
    expect(claims).toEqual([
      {
        sub: {
          any_of: [
            { glob: 'repo:acme/app:ref:refs/**' },
            { glob: 'repo:acme/app:environment:**' },
            'repo:acme/app:pull_request',
          ],
        },
      },
    ])
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/^\d+ narrowed$/)]))
  })

  it.each([
    ['a Deny', statement({ Effect: 'Deny' })],
    ['a Deny of other members', { Effect: 'Deny', NotPrincipal: {}, NotAction: 'x' }],
    ['NotAction', statement({ NotAction: 'sts:TagSession' })],
    ['one that cannot be read', { Effect: 'Deny', Resource: '*' }],
    ['no statement', 'Deny'],
  ])('writes no statement beside %s', (_what, other) => {
    const { policies, found } = imported('aws', { Statement: [statement(), other] })
    expect(policies).toEqual([])
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining('not_carried_over')]))
  })

  it('writes the others beside an Allow that has no counterpart', () => {
    const other = statement({ Sid: 'Two', Action: 'sts:AssumeRole' })
    const { policies } = imported('aws', policy(statement(), other))
    expect(policies.map(({ name }) => name)).toEqual(['Deploy'])
  })

  const of = (name: string, key: string, value: unknown) =>
    statement({ Condition: { [name]: { [key]: value } } })
  const sub = 'token.actions.githubusercontent.com:sub'
  it.each([
    ['a Deny', statement({ Effect: 'Deny' }), 'Deny'],
    ['NotPrincipal', statement({ NotPrincipal: {} }), 'NotPrincipal'],
    ['an account as principal', statement({ Principal: { AWS: 'arn:aws:iam::1:root' } }), ''],
    ['another action', statement({ Action: 'sts:AssumeRole' }), 'AssumeRoleWithWebIdentity'],
    ['ForAllValues', of('ForAllValues:StringLike', sub, 'a'), 'ForAllValues'],
    ['IfExists', of('StringEqualsIfExists', sub, 'a'), 'IfExists'],
    ['a negation', of('StringNotEquals', sub, 'a'), 'StringNotEquals'],
    ['a key of AWS', of('StringEquals', 'aws:SourceIp', '1.2.3.4'), 'aws:SourceIp'],
    ['a question mark', of('StringLike', sub, 'repo:acme/a?p:*'), '?'],
    ['a variable', of('StringEquals', sub, `repo:\${aws:username}`), 'depends on who asks'],
    [
      'an inherited name',
      of('StringEquals', 'token.actions.githubusercontent.com:toString', 'a'),
      'toString',
    ],
  ])('refuses %s', (_what, one, reason) => {
    const { policies, found, words } = imported('aws', policy(one))
    expect(policies).toEqual([])
    expect(found[0]).toMatch(/^[2-9]\d* not_carried_over|^1\d+ not_carried_over/)
    expect(words).toContain(reason)
  })
})

describe('a role of Vault', () => {
  const role = {
    role_type: 'jwt',
    bound_audiences: ['https://vault.test'],
    bound_claims: { project_id: '22', ref: ['main', 'release'], ref_type: 'branch' },
    user_claim: 'user_email',
    token_policies: ['deploy'],
  }

  it('becomes a policy of the issuer that is named', () => {
    const { policies, found } = imported(
      'vault',
      { data: role },
      { issuer: 'gitlab-com', fileName: 'deploy.json' },
    )
    expect(policies).toMatchObject([
      {
        name: 'deploy',
        issuer: 'gitlab-com',
        bound_claims: {
          project_id: '22',
          ref: { any_of: ['main', 'release'] },
          ref_type: 'branch',
          user_email: { present: true },
        },
      },
    ])
    expect(found).toEqual([])
  })

  it('asks for the claim of its groups, which Vault does not go without', () => {
    const empty = { token_bound_cidrs: [], bound_cidrs: null, token_strictly_bind_ip: false }
    const { claims, found } = imported(
      'vault',
      { data: { ...role, ...empty, groups_claim: 'groups_direct' }, lease_id: '' },
      { issuer: 'gitlab-com' },
    )
    expect(claims).toMatchObject([{ project_id: '22', groups_direct: { present: true } }])
    expect(found).toEqual([])
  })

  it.each([
    ['token_bound_cidrs', { token_bound_cidrs: ['10.0.0.0/8'] }],
    ['bound_cidrs', { bound_cidrs: '10.0.0.0/8' }],
    ['a field that nobody knows', { bound_weather: 'sunny' }],
    ['a user claim that would be a pointer', { user_claim: '/a/b' }],
  ])('refuses %s', (_what, more) => {
    const { policies, found } = imported('vault', { ...role, ...more }, { issuer: 'gitlab-com' })
    expect([policies, found]).toEqual([[], [expect.stringMatching(/^\d\d not_carried_over/)]])
  })

  it('refuses a claim that copies lose', () => {
    const text = '{"role_type":"jwt",\n"bound_claims":{"__proto__":"x"}}'
    expect(imported('vault', text, { issuer: 'gitlab-com' })).toMatchObject({
      policies: [],
      found: ['2 not_carried_over'],
    })
  })

  it('says what a glob lost', () => {
    const globs = {
      ...role,
      bound_claims_type: 'glob',
      bound_claims: { project_id: '22', ref: 'release/*' },
    }
    const { claims, found } = imported('vault', globs, { issuer: 'gitlab-com' })
    expect(claims).toMatchObject([{ ref: { glob: 'release/**' } }])
    expect(found).toEqual([expect.stringMatching(/narrowed$/)])
  })

  it.each([
    ['no issuer', role, undefined],
    ['a login of people', { ...role, role_type: 'oidc' }, 'gitlab-com'],
    [
      'the subject twice',
      { ...role, bound_subject: 'a', bound_claims: { sub: 'b' } },
      'gitlab-com',
    ],
  ])('refuses %s', (_what, value, issuer) => {
    expect(imported('vault', value, { issuer })).toMatchObject({
      policies: [],
      found: [expect.stringContaining('not_carried_over')],
    })
  })
})
