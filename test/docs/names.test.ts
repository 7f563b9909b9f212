import { existsSync, globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { blocks, matches, pasted, read } from '../support/pages.ts'
import { ROOT } from '../support/settings.ts'

const readme = read('README.md')
const pages = globSync(['*.md', 'docs/*.md'], { cwd: ROOT })
const scripts = Object.keys(JSON.parse(read('package.json')).scripts)

/** Marks of fences that other tests run, or that a test compares; see where they are read. */
const tested = ['verify', 'feed']

describe('every command is run', () => {
  test.each(pages)('those of %s, or the page says why not', (page) => {
    const fences = [...read(page).matchAll(/^(?:<!-- ([^\n]*) -->\n)?```(?:bash|sh)\n([^\n]*)/gm)]
    const strays = fences.filter(([, mark = '']) => {
      if (pasted[mark] === page || tested.includes(mark)) return false
      return !/^(?:run by|by hand): /.test(mark)
    })
    expect(strays.map(([, , line]) => line)).toEqual([])
  })

  test('each page that is pasted has commands', () => {
    for (const [mark, page] of Object.entries(pasted)) expect(blocks(mark, page)).not.toEqual([])
  })
})

describe('what the pages name is there', () => {
  test('the two commands', () => {
    expect(readme).toContain('```sh\nnpm ci && npm run demo\n```')
    expect(readme).toContain('```sh\nnpm ci && npm test\n```')
    expect(read('.ci/run')).toContain('npm ci && npm test')
  })

  /** Made when things run, or by the reader. */
  const elsewhere = [
    'dist/package/',
    '.gatehouse/',
    '.gatehouse/root-credentials.json',
    '.dev.vars',
    'secrets.json',
  ]

  test.each(pages)('every path in %s exists', (page) => {
    const text = read(page).replaceAll(/^```[\s\S]*?^```$/gm, '')
    const isPath = /^(?:[\w.@*-]+\/)+(?:[\w.*-]+)?$|^[\w.*-]+\.(?:ts|md|toml|json)$/
    const spans = matches(
      text,
      /`(?!(?:application|gatehouse|hono|oidc\.circleci\.com)\/)([^`\n]+)`/g,
    ).filter((span) => isPath.test(span))
    const links = matches(text, /\]\((?!https?:)([^)#]+)[^)]*\)/g)
    const missing = [...spans, ...links].filter(
      (path) => !elsewhere.includes(path) && globSync(path, { cwd: ROOT }).length === 0,
    )
    expect(missing).toEqual([])
  })

  test.each(pages)('every npm script in %s exists', (page) => {
    const named = matches(read(page), /\bnpm run (?:--silent )?([a-z][a-z:-]*)/g)
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })

  test('the README names every npm script', () => {
    const named = matches(readme, /`npm (?:run )?([a-z:-]+)/g)
    expect(scripts.filter((name) => !named.includes(name))).toEqual([])
  })
})

/** Rooms that are not the Worker's: what they call an event is no line of its log. */
const notTheGateways = ['issuers', 'verifier', 'pipeline', 'cli', 'action', 'policy-file'].map(
  (room) => `src/${room}/**`,
)

describe('what the code has is on the pages', () => {
  const missing = (names: string[], page: string): string[] => {
    expect(names.length).toBeGreaterThan(0)
    return names.filter((name) => !read(page).includes(`\`${name}\``))
  }

  test('problems and collections', () => {
    const slugs = matches(read('src/core/problem.ts'), /^ {2}\| '([a-z-]+)'$/gm)
    const collections = matches(read('src/http/api/routes.ts'), /\.route\('(\/[a-z-]+)'/g)
    expect(missing([...slugs, ...collections], 'docs/admin-api.md')).toEqual([])
  })

  test('presets', () => {
    const files = globSync('src/issuers/*.ts', { cwd: ROOT }).map(read).join('\n')
    const ids = matches(files, /^ {2}id: '([a-z-]+)',$/gm)
    expect(missing(ids, 'docs/admin-api.md')).toEqual([])
  })

  test('variables and log events', () => {
    const variables = matches(read('src/config.ts'), /^ {4}([A-Z_]+):/gm)
    const code = globSync('src/**/*.ts', { cwd: ROOT, exclude: notTheGateways }).map(read)
    const lines = matches(code.join('\n'), /\bevent: ([^,\n]*)/g)
    const events = lines.flatMap((line) => matches(line, /'(\w+)'/g))
    expect(missing([...variables, ...events], 'docs/operations.md')).toEqual([])
  })

  test('reasons to refuse a client or a token', () => {
    const [, faults = ''] = read('src/core/denial.ts').split('export type ClientFault')
    expect(missing(matches(faults, /^ {2}\| '(\w+)'$/gm), 'docs/operations.md')).toEqual([])
  })

  test('the layers', () => {
    const rule = /^ {2}'?([\w.-]+)'?: \{\s*rooms: \[([^\]]*)\],\s*packages: \[([^\]]*)\],?\s*\},$/gm
    const list = (text = ''): string => text.match(/[\w.@/-]+/g)?.join(' ') || '–'
    const drawn = [...read('scripts/rooms.ts').matchAll(rule)].map(([, room, rooms, packages]) =>
      [room, list(rooms), list(packages)].join(' | '),
    )
    expect(drawn).toHaveLength(23)
    const page = read('docs/architecture.md').replaceAll('`', '').replaceAll(', ', ' ')
    expect(drawn.filter((row) => !page.includes(`| ${row} |`))).toEqual([])
  })

  test('an example of the secrets, and of nothing else', () => {
    expect(existsSync(`${ROOT}.dev.vars.example`)).toBe(true)
    const lines = read('.dev.vars.example').trim().split('\n')
    expect(lines.every((line) => /^[A-Z_]+=$/.test(line))).toBe(true)
    const known = matches(read('src/config.ts'), /^ {4}([A-Z_]+):/gm)
    expect(lines.filter((line) => !known.includes(line.slice(0, -1)))).toEqual([])
  })
})
