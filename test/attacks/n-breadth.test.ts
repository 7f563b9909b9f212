import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import type { Claims } from '../support/issuer.ts'
import type { Made } from '../support/maker.ts'
import { saving } from '../support/saving.ts'

const presets = [null, 'github-actions'] as const

const IDS = { repository_id: '1001', repository_owner_id: '501' }
const MAIN = 'refs/heads/main'

describe.each(presets)('preset %s', (preset) => {
  const house = useHouse({ preset })
  const { save, saved, unsaved } = saving(house)

  test('AC-307 no issuer', async () => {
    await unsaved({ issuer: undefined }, 'policy-too-broad', '/issuer')
    await unsaved({ issuer: '' }, 'policy-too-broad', '/issuer')
  })

  test('AC-307 no audience', async () => {
    await unsaved({ audience: undefined }, 'policy-too-broad', '/audience')
    await unsaved({ audience: '' }, 'policy-too-broad', '/audience')
  })

  test('AC-307 no claims, or none that says who', async () => {
    const nobody = [
      undefined,
      {},
      { exp: 1_800_000_000 },
      { jti: 'x' },
      { repository_id: { present: true } },
      { sub: { not: 'repo:evil/app:ref:refs/heads/main' } },
      { sub: { any_of: ['repo:acme/app:ref:refs/heads/main', { present: true }] } },
    ]
    for (const bound_claims of nobody) {
      await unsaved({ bound_claims }, 'policy-too-broad', '/bound_claims')
    }
  })

  test('AC-307 an audience that is not ours', async () => {
    const audiences = ['https://evil.test', 'https://gw.test/', 'https://gw.test/globex', '*']
    for (const audience of audiences) {
      await unsaved({ audience }, 'validation-failed', '/audience')
    }
    await saved({ audience: 'https://gw.test/acme' })
  })

  const anybody = ['*', '**', '*:*', 'repo:*', 'repo:*/app:ref:*', '**:**', '*/*', 'repo:**']
  test.each(anybody)('AC-308 sub %s', async (glob) => {
    const broad = ['policy-too-broad', 'unsafe-wildcard']
    await unsaved({ bound_claims: { sub: { glob } } }, broad, '/bound_claims/sub/glob')
    await unsaved({ bound_claims: { ...IDS, ref: MAIN, sub: { glob } } }, broad)
    await unsaved({ bound_claims: { ...IDS, ref: MAIN, sub: { any_of: ['x', { glob }] } } }, broad)
  })

  const prefixes = [
    'repo:acme*/app:ref:refs/heads/main',
    'repo:acme/app*:ref:refs/heads/main',
    'repo:acm*e/app:ref:refs/heads/main',
    'repo:*cme/app:ref:refs/heads/main',
    'repo:acme/*-prod:ref:refs/heads/main',
    'repo:acme/a*b:ref:refs/heads/main',
    'repo:acme/**:ref:refs/heads/main',
    'repo:acme@501/app@1001*:ref:refs/heads/main',
  ]
  test.each(prefixes)('AC-309 AC-310 sub %s', async (glob) => {
    const bound_claims = { ...IDS, ref: MAIN, sub: { glob } }
    await unsaved({ bound_claims }, 'unsafe-wildcard', '/bound_claims/sub/glob')
  })

  test.each(['acme*', '*acme', 'a*e', 'acme**', 'acm*'])('AC-309 an owner %s', async (glob) => {
    const bound_claims = { ...IDS, ref: MAIN, repository_owner: { glob } }
    await unsaved({ bound_claims }, 'unsafe-wildcard', '/bound_claims/repository_owner/glob')
  })

  test('AC-309 a repository or an id by pattern', async () => {
    for (const claim of ['repository', 'repository_id', 'repository_owner_id']) {
      for (const glob of ['acme/app*', 'acme/*', '1*', '*1']) {
        const bound_claims = { ...IDS, ref: MAIN, [claim]: { glob } }
        await unsaved({ bound_claims }, 'unsafe-wildcard', `/bound_claims/${claim}/glob`)
      }
    }
  })

  test('wildcards after the names stay allowed', async () => {
    for (const glob of ['repo:acme/app:ref:refs/heads/*', 'repo:acme/app:ref:refs/tags/v**']) {
      await saved({ bound_claims: { ...IDS, sub: { glob } } })
    }
    await saved({ bound_claims: { ...IDS, ref: { glob: 'refs/tags/v*' } } })
  })

  const hyphens = [
    'repo:acme-501/app-1001:ref:refs/heads/main',
    'repo:acme-501/app-1001:environment:production',
    'repo:a-b-501/c-d-1001:pull_request',
  ]
  test.each(hyphens)('AC-313 %s', async (sub) => {
    const at = '/bound_claims/sub'
    await unsaved({ bound_claims: { ...IDS, ref: MAIN, sub } }, 'ambiguous-subject', at)
    const glob = `${sub.slice(0, -1)}*`
    const both = ['ambiguous-subject', 'unsafe-wildcard']
    await unsaved({ bound_claims: { ...IDS, ref: MAIN, sub: { glob } } }, both)
    await unsaved(
      { bound_claims: { ...IDS, ref: MAIN, sub: { any_of: ['repo:acme/app:x', sub] } } },
      'ambiguous-subject',
      '/bound_claims/sub/any_of/1',
    )
  })

  test('AC-313 names that merely hold a hyphen', async () => {
    await saved({ bound_claims: { ...IDS, sub: 'repo:acme-co/app-web:ref:refs/heads/main' } })
    await saved({ bound_claims: { ...IDS, sub: 'repo:acme@501/app@1001:ref:refs/heads/main' } })
  })

  test('AC-320 an issuer of another tenant, and one of nobody', async () => {
    const { a, b, evil } = house().gateway.issuers
    const answers = []
    for (const issuer of [b.url, evil.url, `${a.url}/`, 'no URL at all']) {
      await unsaved({ issuer }, 'invalid-reference', '/issuer')
      const { instance: _, ...problem } = await expectProblem(await save({ issuer }), 422)
      answers.push(problem)
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })
})

describe('GitHub', () => {
  const house = useHouse({ preset: 'github-actions' })
  const { path, save, saved, unsaved } = saving(house)

  test.each(['repo:acme/app:*', 'repo:acme/app:**', 'repo:acme/app:*:*'])(
    'AC-311 sub %s without a bound context',
    async (glob) => {
      const bound_claims = { ...IDS, sub: { glob } }
      await unsaved({ bound_claims }, 'policy-too-broad', '/bound_claims')
      await saved({ bound_claims: { ...bound_claims, environment: 'production' } })
      await saved({ bound_claims: { ...bound_claims, event_name: 'push' } })
      await saved({ bound_claims: { ...bound_claims, ref: MAIN } })
    },
  )

  test('AC-311 ids alone, unless acknowledged', async () => {
    await unsaved({ bound_claims: IDS }, 'policy-too-broad', '/bound_claims')
    for (const ref of [{ present: true }, { not: 'refs/heads/x' }, { glob: 'refs/**' }]) {
      await unsaved({ bound_claims: { ...IDS, ref } }, 'policy-too-broad', '/bound_claims')
    }
    await unsaved({ bound_claims: IDS, acknowledge: ['mutable_identity'] }, 'policy-too-broad')
    const { warnings } = await saved({ bound_claims: IDS, acknowledge: ['any_context'] })
    expect(warnings).toContainEqual(expect.stringMatching(/^any_context: /))
  })

  test('AC-307 a context without an identity', async () => {
    const workflow = 'acme/app/.github/workflows/deploy.yml@refs/heads/main'
    const contexts = [{ ref: MAIN }, { environment: 'production' }, { job_workflow_ref: workflow }]
    for (const bound_claims of contexts) {
      await unsaved({ bound_claims }, 'policy-too-broad', '/bound_claims')
    }
  })

  test('AC-312 a PATCH is judged by what comes of it', async () => {
    const { gateway } = house()
    const bound_claims = { repository: 'acme/app', ref: MAIN }
    const made = await save({ bound_claims, acknowledge: ['mutable_identity'] })
    const { id } = (await made.json()) as Made
    const patch = (members: Claims) =>
      gateway.admin('PATCH', `${path()}/${id}`, members, { ifMatch: '"1"' })
    await expectProblem(await patch({ acknowledge: [] }), 422, 'immutable-id-required')
    await expectProblem(await patch({ bound_claims: IDS }), 422, 'policy-too-broad')
    await expectProblem(await patch({ bound_claims: {} }), 422, 'policy-too-broad')
    await expectProblem(await patch({ audience: '' }), 422, 'policy-too-broad')
    const mended = await patch({ acknowledge: [], bound_claims: { ...IDS, ref: MAIN } })
    expect([mended.status, mended.headers.get('etag')]).toEqual([200, '"2"'])
  })

  test('AC-312 names without ids, unless acknowledged', async () => {
    const names = [
      { repository: 'acme/app' },
      { repository: 'acme/app', repository_id: '1001' },
      { repository: 'acme/app', repository_owner_id: '501' },
      { sub: 'repo:acme/app:ref:refs/heads/main' },
      { repository: 'acme/app', repository_id: { present: true }, repository_owner_id: '501' },
      { repository: 'acme/app', repository_id: { not: '1' }, repository_owner_id: '501' },
    ]
    for (const name of names) {
      const policy = { bound_claims: { ...name, ref: MAIN } }
      await unsaved(policy, 'immutable-id-required', '/bound_claims')
      await unsaved({ ...policy, acknowledge: ['any_context'] }, 'immutable-id-required')
      const { acknowledge, warnings } = await saved({
        ...policy,
        acknowledge: ['mutable_identity'],
      })
      expect(acknowledge).toEqual(['mutable_identity'])
      expect(warnings).toContainEqual(expect.stringMatching(/^mutable_identity: /))
    }
    await unsaved({ bound_claims: { ref: MAIN }, acknowledge: ['mutable_identity'] }, [
      'policy-too-broad',
    ])
  })
})

describe('other issuers', () => {
  const house = useHouse()
  const { saved, unsaved } = saving(house)

  const groups = [
    'project_path:acme/**:ref_type:branch:ref:main',
    'project_path:acme/*:ref_type:branch:ref:main',
    'project_path:acme/a*:ref_type:branch:ref:main',
    'project_path:acme*/app:ref_type:branch:ref:main',
  ]
  test.each(groups)('AC-310 sub %s', async (glob) => {
    await unsaved({ bound_claims: { sub: { glob } } }, 'unsafe-wildcard', '/bound_claims/sub/glob')
  })

  test('AC-310 a group and what is below it', async () => {
    const at = '/bound_claims/namespace_path/glob'
    for (const glob of ['acme*', 'acme/a*', 'acme/**', '*/app', 'acme/*-prod']) {
      await unsaved({ bound_claims: { namespace_path: { glob } } }, 'unsafe-wildcard', at)
    }
    await saved({ bound_claims: { namespace_path: { glob: 'acme/*' } } })
  })
})
