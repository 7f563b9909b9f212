import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ROOT } from './support/settings.ts'

const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')

const page = read('test/CONFORMANCE.md')

/** The name of a test, whether it stands alone or runs over a table. */
const NAMES = /(?:\b(?:test|it)\(|\)\()\s*(['"`])((?:\\.|(?!\1).)*)\1\s*,/g

const namesIn = (path: string): string[] =>
  [...read(path).matchAll(NAMES)].map(([, , name = '']) => name)

const idsIn = (text: string): string[] => text.match(/AC-\d{3}/g) ?? []

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, it = '']) => it)

/** The rows of the tables below a heading, cell by cell. */
function tableOf(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '))
}

const cases = tableOf('Attack cases').filter(([id = '']) => /^AC-\d{3}$/.test(id))

describe('attack cases', () => {
  test('every case stands in the table once, as often as its section says', () => {
    const ids = cases.map(([id]) => id)
    expect(ids).toEqual([...new Set(ids)].sort())
    const sections = page.split(/^### /m).filter((part) => /^[A-Z]\. .*cases\)/.test(part))
    expect(sections.length).toBeGreaterThan(0)
    for (const section of sections) {
      const [, promised] = /\((\d+) cases\)/.exec(section) ?? []
      expect(section.match(/^\| AC-\d{3} \|/gm), section.slice(0, 40)).toHaveLength(
        Number(promised),
      )
    }
  })

  test('every case is carried by a test in each file beside it, or says why not', () => {
    const lacking = cases.flatMap(([id = '', cell = '']) => {
      if (cell.startsWith('– ')) return []
      const files = quoted(cell)
      const without = files.filter((file) => !namesIn(file).flatMap(idsIn).includes(id))
      return files.length === 0 ? [`${id}: no file`] : without.map((file) => `${id}: ${file}`)
    })
    expect(lacking).toEqual([])
  })

  test('every id in a test name stands in the table', () => {
    const listed = new Set(
      cases.filter(([, cell = '']) => !cell.startsWith('– ')).map(([id]) => id),
    )
    const files = globSync('test/attacks/*.test.ts', { cwd: ROOT })
    expect(files.length).toBeGreaterThan(0)
    const unlisted = files.flatMap((file) =>
      namesIn(file)
        .flatMap(idsIn)
        .filter((id) => !listed.has(id))
        .map((id) => `${id}: ${file}`),
    )
    expect(unlisted).toEqual([])
  })
})

describe('standards', () => {
  const rows = tableOf('Standards').filter(([, file = '']) => file.startsWith('`test/'))

  test('the documents that we promise', () => {
    const documents = [
      6749, 8693, 7523, 7521, 8414, 9068, 8707, 7517, 7638, 8725, 9457, 6750, 7009, 7662, 9449,
      9728,
    ]
    const text = rows.map(([requirement]) => requirement).join('\n')
    expect(documents.filter((number) => !text.includes(`RFC ${number}`))).toEqual([])
  })

  test.each(rows)('%s', (_, file = '', tests = '') => {
    const [path = ''] = quoted(file)
    const names = namesIn(path)
    expect(quoted(tests)).not.toEqual([])
    const missing = quoted(tests).filter((start) => !names.some((name) => name.startsWith(start)))
    expect(missing).toEqual([])
  })
})
