import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isName } from '../../src/core/namespace.ts'
import { slugOf } from '../../src/core/slug.ts'

it.each([
  ['Example Service Account', 'example-service-account'],
  ['deploy-bot', 'deploy-bot'],
  ['  CI / CD (production)  ', 'ci-cd-production'],
  ['Überprüfung №2', 'uberprufung-no2'],
  ['a_b.c', 'a-b-c'],
  ['٣ робот', ''],
  ['---', ''],
  [`${'a'.repeat(62)} b`, 'a'.repeat(62)],
  ['x'.repeat(200), 'x'.repeat(63)],
])('%j becomes %j', (text, slug) => {
  expect(slugOf(text)).toBe(slug)
})

it('is a name or nothing, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const slug = slugOf(text)
      expect(slug === '' || isName(slug)).toBe(true)
    }),
  )
})
