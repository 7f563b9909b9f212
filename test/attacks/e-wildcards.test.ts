import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { judging } from '../support/judging.ts'

const house = useHouse()
const { judges } = judging(house)

const IDS = { repository_id: '1001', repository_owner_id: '501' }

const subjects = (...values: string[]) => values.map((sub) => ({ sub }))
const contexts = (...values: string[]) => values.map((ctx) => ({ ctx }))

describe('one star', () => {
  test('AC-107 the rest of a value after the last slash', async () => {
    const { BT, accepted } = house()
    for (const branch of ['main', 'm', 'release-1.2_x', 'a b', '*']) {
      await accepted(BT({ sub: `repo:acme/app:ref:refs/heads/${branch}` }))
    }
  })

  test('AC-108 it never crosses a slash and never stands for nothing', async () => {
    const { BT, refused } = house()
    for (const branch of ['feature/x', '', '/', 'main/', '/main', 'a/b/c']) {
      await refused(BT({ sub: `repo:acme/app:ref:refs/heads/${branch}` }))
    }
  })

  test('AC-109 it never crosses a colon', async () => {
    const { BT, refused } = house()
    for (const tail of ['main:environment:prod', ':', 'main:', ':main']) {
      await refused(BT({ sub: `repo:acme/app:ref:refs/heads/${tail}` }))
    }
  })

  test('AC-110 the whole value counts', async () => {
    const { BT, refused } = house()
    const subs = [
      'repo:acme/app-evil:ref:refs/heads/main',
      'xrepo:acme/app:ref:refs/heads/main',
      ' repo:acme/app:ref:refs/heads/main',
      'repo:acme/app:ref:refs/heads',
      'repo:evil/x:ref:refs/heads/repo:acme/app:ref:refs/heads/main',
      'REPO:acme/app:ref:refs/heads/main',
    ]
    for (const sub of subs) await refused(BT({ sub }))
  })

  test('AC-110 at the start of a pattern and in the middle', async () => {
    await judges(
      { ctx: { glob: '*/deploy/*-prod' } },
      {
        accepts: contexts('a/deploy/x-prod', 'a/deploy/x-prod-prod'),
        refuses: contexts(
          'a/deploy/x-prod-evil',
          'a/deploy/-prod',
          '/deploy/x-prod',
          'x/a/deploy/x-prod',
          'a/deploy/x/y-prod',
        ),
      },
    )
  })
})

describe('two stars', () => {
  test('AC-111 they cross a slash but no colon', async () => {
    await judges(
      { ...IDS, sub: { glob: 'repo:acme/app:ref:refs/heads/**' } },
      {
        accepts: subjects(
          'repo:acme/app:ref:refs/heads/a/b',
          'repo:acme/app:ref:refs/heads/a',
          'repo:acme/app:ref:refs/heads/a/b/c/',
        ),
        refuses: subjects(
          'repo:acme/app:ref:refs/heads/a:b',
          'repo:acme/app:ref:refs/heads/a/b:environment:prod',
          'repo:acme/app:ref:refs/heads/',
        ),
      },
    )
  })
})

describe('nothing else is a pattern', () => {
  const lookalikes = [
    { text: '{app,evil}', live: ['app', 'evil'] },
    { text: '!(x)', live: ['app', 'y', '!'] },
    { text: '[a-z]pp', live: ['app', 'bpp', 'a'] },
    { text: 'a.p', live: ['app', 'axp'] },
    { text: 'app|evil', live: ['app', 'evil'] },
    { text: '^.*$', live: ['app', '', 'x'] },
    { text: 'a?p', live: ['app', 'ap'] },
    { text: '+(app)', live: ['app', 'appapp'] },
    { text: 'app\\', live: ['app'] },
    { text: '%61pp', live: ['app'] },
    { text: '$ref', live: ['refs/heads/main'] },
    { text: '{{ref}}', live: ['refs/heads/main'] },
  ]

  test.each(lookalikes)('AC-112 an exact value $text', async ({ text, live }) => {
    await judges({ ctx: text }, { accepts: contexts(text), refuses: contexts(...live) })
  })

  test.each(lookalikes)('AC-112 a glob that ends with $text', async ({ text, live }) => {
    const refuses = contexts(...live.map((value) => `of/${value}`))
    // Its own stars mean what they mean in any glob; everything else is literal.
    const literal = `of/${text.replaceAll('*', 'any')}`
    await judges({ ctx: { glob: `*/${text}` } }, { accepts: contexts(literal), refuses })
  })

  test('AC-113 stars in a token are data', async () => {
    const stars = ['*', '**', 'acme/*', 'acme/**', '*/app', 'acme/ap*', 'acme/app*']
    const refuses = [...stars, { glob: '*' }, ['*']].map((repository) => ({ repository }))
    const accepts = [{ repository: 'acme/app' }]
    await judges({ repository: 'acme/app' }, { accepts, refuses })
  })

  test('AC-113 stars in an exact value of a policy are data too', async () => {
    await judges(
      { ctx: 'acme/*' },
      { accepts: contexts('acme/*'), refuses: contexts('acme/app', 'acme/', 'acme/**') },
    )
  })
})

describe('cost', () => {
  const letters = 'a'.repeat(1000)

  test('AC-114 eight wildcards against a thousand letters', async () => {
    for (const star of ['*', '**']) {
      const glob = `${`a${star}`.repeat(8)}b`
      expect(glob.split(star)).toHaveLength(9)
      await judges(
        { ctx: { glob } },
        {
          accepts: contexts(`${letters}b`, `${'ab'.repeat(8)}b`),
          refuses: contexts(letters, `${letters}bc`, `${'a'.repeat(8)}b`),
        },
      )
    }
  })
})
