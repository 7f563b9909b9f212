import { expect, it } from 'vitest'
import { prefersCsv } from '../../src/http/accept.ts'

it.each<[string | undefined, boolean]>([
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/json', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
  ['text/csv', true],
  ['TEXT/CSV', true],
  ['text/csv; charset=utf-8', true],
  ['text/csv, */*', true],
  ['text/csv, */*;q=0.1', true],
  ['*/*, text/csv', true],
  ['text/*', true],
  ['text/*;q=0.1', true],
  ['text/html, text/*;q=0.5', true],
  ['text/csv;q=0', false],
  ['text/csv;q=0, */*', false],
  ['text/csv;q=0, */*;q=0', false],
  ['text/csv;q=0.5, application/json', false],
  ['text/csv, application/json', false],
  ['text/csv, application/json;q=0.9', true],
  ['application/json;q=0.2, text/csv;q=0.3', true],
  ['text/csv;q=0.2, */*;q=0.9', false],
  ['text/csv;q=0.2, application/*;q=0.1', true],
  ['text/csv;q=nonsense', false],
  ['text/csvx', false],
  ['xtext/csv', false],
  [',;,', false],
])('%j asks for CSV: %j', (accept, csv) => {
  expect(prefersCsv(accept)).toBe(csv)
})
