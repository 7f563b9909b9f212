import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../src/core/json.ts'
import { shorten } from '../../src/core/shorten.ts'

const length = (value: Json): number => JSON.stringify(value).length

describe('shorten', () => {
  it('leaves alone what fits', () => {
    const value = { id: 'sa_1', list: [1, 'x'.repeat(50)] }
    expect(shorten(value, 100)).toBe(value)
  })

  it('keeps what is small, and cuts what is large', () => {
    const many = Array.from({ length: 500 }, (_, i) => `refs/heads/${i}${'x'.repeat(80)}`)
    const value = {
      service_account_id: 'sa_1',
      bound_claims: { ref: { any_of: [...many, 'refs/heads/evil'] }, repository_id: '666' },
      description: 'x'.repeat(9000),
    }
    const short = shorten(value, 4000) as JsonObject
    expect(length(short)).toBeLessThanOrEqual(4000)
    expect(short.service_account_id).toBe('sa_1')
    const text = JSON.stringify(short.bound_claims)
    expect(text).toContain('"repository_id":"666"')
    expect(text).toContain('refs/heads/evil')
    expect(text).toMatch(/… \d+ more/)
    expect(short.description).toMatch(/^x{800,}…$/)
  })

  it('says how many members it left out', () => {
    const names = Array.from({ length: 1000 }, (_, i) => [`claim_number_${i}`, 'value'])
    const short = shorten({ id: 'tp_1', claims: Object.fromEntries(names) }, 2000) as JsonObject
    expect(length(short)).toBeLessThanOrEqual(2000)
    const claims = short.claims as JsonObject
    expect(short.id).toBe('tp_1')
    expect(Object.keys(claims).length - 1 + Number(claims['…'])).toBe(1000)
  })

  it.each([
    ['names', Object.fromEntries([['n'.repeat(5000), 1]])],
    ['depth', JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) as Json],
    ['letters that JSON escapes', { text: '\u0001'.repeat(3000) }],
    ['quotes', [['"'.repeat(3000), '"'.repeat(3000)]]],
  ])('never takes more room: %s', (_, value) => {
    expect(length(shorten(value, 500))).toBeLessThanOrEqual(500)
  })
})
