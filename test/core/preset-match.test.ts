import { describe, expect, test } from 'vitest'
import { presetFor } from '../../src/core/preset-match.ts'
import { presets } from '../../src/issuers/registry.ts'

const match = (url: string, id?: string | null): string | null => {
  const found = presetFor(url, id, presets)
  return found.ok ? (found.value?.id ?? null) : found.error
}

describe('a URL that a preset claims', () => {
  const claimed = presets.flatMap(({ id, issuer }) => (issuer === null ? [] : [{ id, issuer }]))
  test.each(claimed)('$issuer carries $id and nothing else', ({ id, issuer }) => {
    expect(match(issuer)).toBe(id)
    expect(match(issuer, id)).toBe(id)
    expect(match(issuer, null)).toBe('preset-required')
    expect(match(issuer, 'kubernetes')).toBe('preset-required')
    expect(match(issuer, 'no-such-preset')).toBe('unknown-preset')
  })
  test('a sibling of the family is another preset', () => {
    const github = 'https://token.actions.githubusercontent.com'
    expect(match(github, 'github-enterprise-server')).toBe('preset-required')
  })
})

describe("a URL on a vendor's host", () => {
  test.each([
    ['https://token.actions.githubusercontent.com/acme', 'github-actions-enterprise-slug'],
    ['https://token.actions.githubusercontent.com/', 'github-actions'],
    ['https://token.actions.acme.ghe.com', 'github-actions-data-residency'],
    ['https://gitlab.com/', 'gitlab-com'],
    ['https://gitlab.com:8443', 'gitlab-self-managed'],
    ['https://oidc.circleci.com/org/x', 'circleci'],
    ['https://oidc.circleci.com', 'circleci'],
    ['https://acme.semaphoreci.com', 'semaphore'],
    ['https://acme.app.spacelift.io', 'spacelift'],
    ['https://x.tokens.sts.global.api.aws', 'aws-outbound'],
    ['https://container.googleapis.com/v1/projects/p/locations/l/clusters/c', 'gke'],
  ])('%s carries one of its family', (url, id) => {
    expect(match(url, id)).toBe(id)
    expect(match(url)).toBe('preset-required')
    expect(match(url, null)).toBe('preset-required')
    expect(match(url, 'bitbucket')).toBe('preset-required')
  })
})

describe('any other URL', () => {
  test.each([
    'https://github.acme.example/_services/token',
    'https://git.acme.example',
    'http://127.0.0.1:8788',
    'https://gitlab.com.evil.example',
    'https://notgitlab.com',
    'https://xghe.com',
    'https://evil.example/gitlab.com',
    'https://oidc.eks.eu-west-1.amazonaws.com/id/0123',
    'no url',
  ])('%s carries any preset, or none', (url) => {
    expect(match(url)).toBeNull()
    expect(match(url, null)).toBeNull()
    expect(match(url, 'github-actions')).toBe('github-actions')
    expect(match(url, 'gitlab-com')).toBe('gitlab-com')
    expect(match(url, 'no-such-preset')).toBe('unknown-preset')
    expect(match(url, '')).toBe('unknown-preset')
  })
})
