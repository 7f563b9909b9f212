import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { problemTypes } from '../../src/http/problem-types.ts'
import { useHouse } from '../support/attack.ts'

const house = useHouse()

const get = (path: string, accept?: string, headers: Record<string, string> = {}) =>
  house().gateway.fetch(path, { headers: { ...(accept && { accept }), ...headers } })

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** Nothing in a page may run or be loaded, and its style is the one that was admitted. */
const expectHarmless = async (answer: Response): Promise<string> => {
  const page = await answer.text()
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const policy = answer.headers.get('content-security-policy') ?? ''
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain(`style-src 'sha256-${hash}'`)
  expect(policy).toContain("frame-ancestors 'none'")
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(page).not.toMatch(/<script|<link|<img|<iframe|\sstyle=|\son[a-z]+=|https?:\/\//i)
  expect(page).toContain('<html lang="en">')
  return page
}

const idsIn = (page: string) => [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id)
const anchorsIn = (page: string) => [...page.matchAll(/href="#([^"]+)"/g)].map(([, id = '']) => id)

describe('GET /openapi.json', () => {
  it('answers the document to anybody, and 304 to who has it', async () => {
    const answer = await get('/openapi.json')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(await answer.json()).toMatchObject({ openapi: '3.1.1', info: { title: 'Gatehouse' } })
    const etag = answer.headers.get('etag') ?? ''
    expect((await get('/openapi.json', undefined, { 'if-none-match': etag })).status).toBe(304)
  })
})

describe('GET /docs', () => {
  it('is a page of every operation and every object', async () => {
    const page = await expectHarmless(await get('/docs', browser))
    const document = (await (await get('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>
      components: { schemas: object }
    }
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
    const ids = idsIn(page)
    expect(new Set(ids).size).toBe(ids.length)
    const wanted = [
      ...operations.map(({ operationId }) => operationId),
      ...Object.keys(document.components.schemas).map((name) => `schema-${name}`),
    ]
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([])
    expect(anchorsIn(page).filter((id) => !ids.includes(id))).toEqual([])
  })

  it('links to the page of every problem that an operation may answer', async () => {
    const page = await (await get('/docs', browser)).text()
    const links = [...page.matchAll(/href="\/problems\/([^"]+)"/g)].map(([, slug = '']) => slug)
    expect(new Set(links).size).toBeGreaterThan(30)
    expect(links.filter((slug) => !Object.hasOwn(problemTypes, slug))).toEqual([])
  })

  it('says the same twice', async () => {
    const [one, other] = [await get('/docs'), await get('/docs')]
    expect(await one.text()).toBe(await other.text())
    expect(one.headers.get('etag')).toBe(other.headers.get('etag'))
  })
})

describe('GET /problems', () => {
  it('lists every problem, as a page and as JSON', async () => {
    const page = await expectHarmless(await get('/problems', browser))
    for (const slug of Object.keys(problemTypes)) {
      expect(page).toContain(`href="/problems/${slug}"`)
    }
    const { data } = (await (await get('/problems', 'application/json')).json()) as {
      data: { type: string }[]
    }
    expect(data.map(({ type }) => type)).toEqual(
      Object.keys(problemTypes)
        .toSorted()
        .map((slug) => `/problems/${slug}`),
    )
  })

  it.each(Object.entries(problemTypes))('%s has a page', async (slug, [status, title]) => {
    const page = await expectHarmless(await get(`/problems/${slug}`, browser))
    expect(page).toContain(`<h1>${title}</h1>`)
    const answer = await get(`/problems/${slug}`, 'application/json')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('vary')).toContain('accept')
    expect(await answer.json()).toEqual({
      type: `/problems/${slug}`,
      title,
      status,
      meaning: expect.stringMatching(/\.$/),
      remedy: expect.stringMatching(/[.}]$/),
    })
  })

  it('has none of others, whatever an object inherits', async () => {
    for (const slug of [
      'nothing',
      'constructor',
      'toString',
      '__proto__',
      'bug/',
      'Bug',
      '%62ug',
    ]) {
      expect((await get(`/problems/${slug}`, browser)).status).toBe(404)
    }
  })

  it('is what the type of a problem leads to', async () => {
    const refused = await house().gateway.fetch('/admin/v1/roles')
    const { type, title } = (await refused.json()) as { type: string; title: string }
    expect(await (await get(type, 'application/json')).json()).toMatchObject({ type, title })
  })
})
