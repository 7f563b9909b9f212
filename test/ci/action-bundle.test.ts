import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { bundleAction } from '../../scripts/action/bundle.ts'
import { ROOT } from '../support/settings.ts'

const run = promisify(execFile)
const action = `${ROOT}integrations/github/`
const read = (file: string): string => readFileSync(file, 'utf8')

interface Described {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

const manifest = parse(read(`${action}action.yml`)) as {
  readonly inputs: Readonly<Record<string, Described>>
  readonly outputs: Readonly<Record<string, Described>>
  readonly runs: Readonly<Record<string, string>>
}

describe('the bundle of the action', () => {
  test('is what the sources give, and `npm run check` says so', async () => {
    const { stderr } = await run(process.execPath, [`${ROOT}scripts/action.ts`, '--check'])
    expect(stderr).toBe('')
    expect(read(`${ROOT}package.json`)).toMatch(/"check": ".*node scripts\/action\.ts --check/)
  })

  test('is the same every time', async () => {
    expect(await bundleAction()).toEqual(await bundleAction())
  })

  test('tells nothing about the machine that made it', async () => {
    for (const [file, text] of Object.entries(await bundleAction())) {
      expect(text, file).not.toContain(ROOT)
      expect(text, file).not.toContain(`${homedir()}/`)
      expect(text, file).not.toMatch(/(?:^|[\s"'(])\/(?:home|Users|work|tmp|root|var)\//m)
      expect(text, file).not.toMatch(/registry\.|sourceMappingURL/)
      if (userInfo().username !== 'root') expect(text, file).not.toContain(userInfo().username)
    }
  })

  test('carries the licence of all that is in it, and no HTTP client', async () => {
    const {
      'main.js': main = '',
      'post.js': post = '',
      'licenses.txt': licences = '',
    } = await bundleAction()
    const packages = [...`${main}${post}`.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)]
    const names = [...new Set(packages.map(([, name]) => name))]
    expect(names).toEqual(['@actions/core'])
    for (const name of names) expect(licences).toContain(`## ${name} `)
    expect(licences).toContain('Permission is hereby granted')
    expect(main.length).toBeLessThan(100_000)
  })

  test('imports nothing but Node', async () => {
    const { 'main.js': main = '', 'post.js': post = '' } = await bundleAction()
    const imported = [...`${main}${post}`.matchAll(/^import .*from "([^"]+)";$/gm)]
    const known =
      /^(?:node:)?(?:child_process|crypto|fs|fs\/promises|http|os|path|timers\/promises|util)$/
    expect(imported.length).toBeGreaterThan(5)
    expect(imported.filter(([, name = '']) => !known.test(name))).toEqual([])
  })
})

describe('the description of the action', () => {
  test('names files that are there', () => {
    expect(manifest.runs).toEqual({
      using: 'node24',
      main: 'dist/main.js',
      post: 'dist/post.js',
      'post-if': 'always()',
    })
    expect(existsSync(`${action}dist/main.js`) && existsSync(`${action}dist/post.js`)).toBe(true)
  })

  test('has the inputs and outputs that its page tells, and that the sources read', () => {
    const page = read(`${action}README.md`)
    const names = [...Object.keys(manifest.inputs), ...Object.keys(manifest.outputs)]
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
    const sources = globSync('src/action/*.ts', { cwd: ROOT }).map((file) => read(`${ROOT}${file}`))
    expect(names.filter((name) => !sources.some((text) => text.includes(`'${name}'`)))).toEqual([])
    const required = Object.entries(manifest.inputs).filter(([, input]) => input.required)
    expect(required.map(([name]) => name)).toEqual(['url', 'service-account'])
    for (const input of Object.values(manifest.inputs)) expect(input.description).toMatch(/\.$/)
  })

  test.each(['integrations/github/README.md', 'docs/github.md'])('is what %s uses', (page) => {
    const [, snippet = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(read(`${ROOT}${page}`)) ?? []
    const workflow = parse(snippet) as {
      permissions: Record<string, string>
      jobs: { deploy: { steps: { uses?: string; with?: object; env?: Record<string, string> }[] } }
    }
    expect(workflow.permissions['id-token']).toBe('write')
    const [step, next] = workflow.jobs.deploy.steps
    expect(step?.uses).toMatch(/^acme\/gatehouse\/integrations\/github@[0-9a-f]{40}$/)
    const given = Object.keys(step?.with ?? {})
    expect(given.filter((name) => !(name in manifest.inputs))).toEqual([])
    expect(next?.env?.TOKEN).toBe(`\${{ steps.auth.outputs.token }}`)
  })
})
