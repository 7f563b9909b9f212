import { describe, expect, it } from 'vitest'
import { readPolicyFile } from '../../src/policy-file/read.ts'
import { type WrittenAccount, writePolicyFile } from '../../src/policy-file/write.ts'
import { maxFileLength } from '../../src/policy-file/yaml-text.ts'

const head = `kind: TrustPolicies/v1
service_account: /acme/payments/deploy-bot
policies:
`

const whole = `${head}  - name: deploy from main
    issuer: github-actions
    audience: https://gw.test
    bound_claims:
      repository_id: "1001"
      repository_owner_id: "501"
      ref: { any_of: [refs/heads/main, { glob: "refs/tags/v*" }] }
`

/** `line:column code` of everything that is wrong, or `ok`. */
const faultsIn = (text: string): string[] => {
  const read = readPolicyFile(text)
  return read.ok ? ['ok'] : read.error.map(({ line, column, code }) => `${line}:${column} ${code}`)
}

const messagesIn = (text: string): string => {
  const read = readPolicyFile(text)
  return read.ok ? 'ok' : read.error.map(({ message }) => message).join('\n')
}

describe('reading a policy file', () => {
  it('fills in what may be left out', () => {
    const read = readPolicyFile(whole)
    expect(read).toMatchObject({
      ok: true,
      value: [
        {
          account: { namespace: '/acme/payments', name: 'deploy-bot' },
          policies: [{ replay: null, scope: null, enabled: true, examples: { accept: [] } }],
        },
      ],
    })
  })

  it('reads several accounts, and one in the root', () => {
    const read = readPolicyFile(`${whole}---\n${head.replace('/acme/payments', '')}  []\n`)
    expect(read).toMatchObject({
      value: [{}, { account: { namespace: '/', name: 'deploy-bot' }, policies: [] }],
    })
  })

  it('names line, column and the nearest known field of a typo', () => {
    const text = whole.replace('audience', 'audiance')
    expect(faultsIn(text)).toEqual(['4:5 shape', '6:5 unknown-field'])
    expect(messagesIn(text)).toContain('`audiance`')
    expect(messagesIn(text)).toContain('did you mean `audience`?')
  })

  it.each([
    ['an operator', whole.replace('glob:', 'globb:'), '`glob`'],
    ['a member of the examples', `${whole}    examples: { acept: [{}] }\n`, '`accept`'],
    [
      'a member of a test',
      `${whole}    tests: [{ name: a, claim: {}, expect: accept }]\n`,
      '`claims`',
    ],
    [
      'a member of the document',
      whole.replace('service_account', 'service_acount'),
      '`service_account`',
    ],
    ['a value', `${whole}    replay: single_us\n`, '"single_use"'],
  ])('helps with a typo in %s', (_where, text, meant) => {
    expect(messagesIn(text)).toContain(meant)
  })

  it('tells all that is wrong, in the order of the text', () => {
    const text = `${whole.replace('"1001"', '0123').replace('glob:', 'globb:')}    nmae: x\n    enabled: yes\n`
    expect(faultsIn(text)).toEqual(['8:22 number-form', '11:5 unknown-field', '12:14 shape'])
  })

  it.each([
    ['an alias', `a: &x 1\nb: *x\n`, 'yaml-alias'],
    ['an anchor', whole.replace('"1001"', '&id "1001"'), 'yaml-anchor'],
    ['a tag', whole.replace('"1001"', '!!str 1001'), 'yaml-tag'],
    ['a tag of nobody', whole.replace('"1001"', '!env 1001'), 'yaml-tag'],
    ['a merge key', whole.replace('replay', 'x').replace('ref: {', 'ref: { <<: {},'), 'yaml-merge'],
    ['a key twice', `${whole}    audience: https://b.test\n`, 'yaml-duplicate-key'],
    ['another YAML', `%YAML 1.1\n---\n${whole}`, 'yaml-version'],
    ['a key that is no text', '? [a]\n: b\n', 'yaml-syntax'],
    ['no YAML', 'a: b: c\n', 'yaml-syntax'],
    ['nothing', '# nothing\n', 'empty'],
    ['a number that loses digits', whole.replace('"1001"', '12345678901234567890'), 'number-form'],
    ['an octal', whole.replace('"1001"', '0o17'), 'number-form'],
    ['a name twice', `${whole}${whole.slice(head.length)}`, 'name-twice'],
    ['brackets without end', '['.repeat(100_000), 'too-deep'],
    ['dashes without end', '- '.repeat(100_000), 'too-deep'],
    ['too much', `# ${'x'.repeat(maxFileLength)}`, 'too-large'],
  ])('refuses %s', (_what, text, code) => {
    expect(faultsIn(text).map((fault) => fault.split(' ')[1])).toContain(code)
  })

  it('is not brought down by a billion laughs', () => {
    const lines = ['a0: &a0 lol']
    for (let i = 1; i < 30; i += 1) lines.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}, *a${i - 1}]`)
    expect(messagesIn(lines.join('\n'))).toContain('aliases')
  })
})

describe('writing a policy file', () => {
  const account: WrittenAccount = {
    service_account: '/acme/payments/deploy-bot',
    comments: ['by hand'],
    policies: [
      {
        name: 'deploy: "main" # not a comment',
        comments: ['add the ids\nname: injected'],
        issuer: 'https://issuer.test',
        preset: null,
        audience: 'https://gw.test',
        bound_claims: {
          repository_id: '1001',
          yes: 'no',
          on: { any_of: ['null', '1e3', '0x1f', '~', '', { not: { glob: '*' } }] },
          '/a~1b/c': true,
          n: 12,
        },
        scope: ['deploy:write'],
        examples: { accept: [{}], reject: [{ ref: 'x'.repeat(100) }] },
        tests: [
          { name: 'a', claims: { a: [1, null], b: ' x ' }, expect: 'reject', failing: ['n'] },
        ],
      },
    ],
  }

  it('writes what reads back as the same', () => {
    const text = writePolicyFile([account, { service_account: '/a/b', policies: [] }], {
      schemaUrl: 'https://gw.test/schemas/trust-policy.v1.json',
    })
    expect(text.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=https://gw.test/schemas/trust-policy.v1.json',
    )
    const read = readPolicyFile(text)
    const { comments: _comments, ...policy } = account.policies[0] ?? {}
    expect(read).toMatchObject({ ok: true, value: [{ policies: [policy] }, { policies: [] }] })
  })
})
