import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimValueFault } from '../../src/core/claim-set.ts'
import { readCompactJwt } from '../../src/core/compact-jwt.ts'
import { evaluatePolicy } from '../../src/core/evaluate.ts'
import { globMatches } from '../../src/core/glob.ts'
import type { Json, JsonObject } from '../../src/core/json.ts'
import { isMatcher, judge } from '../../src/core/matcher.ts'
import { parseStrictJsonText, tokenJsonLimits } from '../../src/core/strict-json.ts'
import type { Verdict } from '../../src/core/trace.ts'
import type { Matcher, PolicyForEvaluation } from '../../src/core/trust-policy.ts'

/** Few letters, so that patterns and values meet. */
const letters = fc.string({
  unit: fc.constantFrom('a', 'b', '/', ':', '*', '\n', '😀'),
  maxLength: 8,
})
const pattern = fc
  .array(fc.constantFrom('a', 'b', '/', ':', '*', '**', 'ab'), { maxLength: 7 })
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes('***') && text.split(/\*+/).length <= 9)
const scalar = fc.oneof(letters, fc.integer({ min: -2, max: 2 }), fc.boolean())
const value: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.constant(null),
  fc.array(letters, { maxLength: 3 }),
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(letters, scalar, { maxKeys: 2 }),
)
const matcherOf = (nesting: number): fc.Arbitrary<Matcher> => {
  const flat: fc.Arbitrary<Matcher>[] = [
    scalar,
    pattern.map((glob) => ({ glob })),
    letters.map((contains) => ({ contains })),
    fc.constant({ present: true }),
  ]
  if (nesting === 0) return fc.oneof(...flat)
  const inner = matcherOf(nesting - 1)
  return fc.oneof(
    ...flat,
    inner.map((not) => ({ not })),
    fc.array(inner, { minLength: 1, maxLength: 3 }).map((any_of) => ({ any_of })),
  )
}
const matcher = matcherOf(3)

/** The contract read aloud: tries every length a wildcard could take. Exponential, so small only. */
const naiveGlob = (glob: string, text: string): boolean => {
  if (glob === '') return text === ''
  if (!glob.startsWith('*')) return text[0] === glob[0] && naiveGlob(glob.slice(1), text.slice(1))
  const double = glob.startsWith('**')
  const rest = glob.slice(double ? 2 : 1)
  for (let length = 1; length <= text.length; length += 1) {
    const taken = text.slice(0, length)
    if (taken.includes(':') || (!double && taken.includes('/'))) return false
    if (naiveGlob(rest, text.slice(length))) return true
  }
  return false
}

const canJudge = (asked: Matcher, actual: Json): boolean => {
  if (typeof asked !== 'object') return typeof actual === typeof asked
  if ('any_of' in asked) return asked.any_of.some((each) => canJudge(each, actual))
  if ('not' in asked) return canJudge(asked.not, actual)
  if ('glob' in asked) return typeof actual === 'string'
  if ('present' in asked) return true
  return Array.isArray(actual) && actual.every((each) => typeof each === 'string')
}

const holds = (asked: Matcher, actual: Json): boolean => {
  if (!canJudge(asked, actual)) return false
  if (typeof asked !== 'object') return asked === actual
  if ('any_of' in asked) return asked.any_of.some((each) => holds(each, actual))
  if ('not' in asked) return !holds(asked.not, actual)
  if ('glob' in asked) return typeof actual === 'string' && naiveGlob(asked.glob, actual)
  if ('present' in asked) return true
  return Array.isArray(actual) && actual.includes(asked.contains)
}

const naiveVerdict = (asked: Matcher, actual: Json): Verdict => {
  if (!canJudge(asked, actual)) return 'wrong_type'
  return holds(asked, actual) ? 'match' : 'mismatch'
}

/** A text that counts how much of it is looked at. */
class WatchedText extends String {
  looks = 0
  override charCodeAt(at: number): number {
    this.looks += 1
    return super.charCodeAt(at)
  }
  override startsWith(text: string, at?: number): boolean {
    this.looks += text.length
    return super.startsWith(text, at)
  }
}

describe('globs', () => {
  it('agree with the naive reading', () => {
    const both = fc.property(pattern, letters, (glob, text) => {
      expect(globMatches(glob, text)).toBe(naiveGlob(glob, text))
    })
    fc.assert(both, { numRuns: 1500 })
  })

  it('AC-114 look at no more than pattern times value', () => {
    const hostile: [string, string][] = [
      ['a*a*a*a*a*a*a*a*b', 'a'.repeat(1024)],
      ['**a**a**a**a**a**a**a**b', 'a'.repeat(1024)],
      [`${'a'.repeat(120)}*${'a'.repeat(120)}*b`, 'a'.repeat(1024)],
      ['*ab*ab*ab*ab*ab*ab*ab*c', 'ab'.repeat(512)],
    ]
    for (const [glob, text] of hostile) {
      const watched = new WatchedText(text)
      expect(globMatches(glob, watched as unknown as string)).toBe(false)
      expect(watched.looks).toBeGreaterThan(0)
      expect(watched.looks).toBeLessThanOrEqual(glob.length * (text.length + 1))
    }
  })
})

describe('matchers', () => {
  it('agree with the naive reading', () => {
    const both = fc.property(matcher, value, (asked, actual) => {
      expect(isMatcher(asked)).toBe(true)
      const verdict = judge(asked, actual)
      const naive = actual === null ? 'missing' : naiveVerdict(asked, actual)
      expect(verdict).toBe(naive)
    })
    fc.assert(both, { numRuns: 800 })
  })

  it('never throw and never match what is not a matcher', () => {
    const anything = fc.property(fc.anything(), value, (asked, actual) => {
      const verdict = judge(asked, actual)
      expect(verdict === 'unreadable').toBe(!isMatcher(asked))
    })
    fc.assert(anything, { numRuns: 600 })
  })
})

describe('policies', () => {
  const claims = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value)
  const bound = fc.dictionary(fc.constantFrom('a', 'b', 'c'), matcher, { minKeys: 1 })
  const satisfied = (boundClaims: unknown, token: JsonObject): boolean => {
    const policy: PolicyForEvaluation = {
      id: 'tp_1',
      version: 1,
      name: 'x',
      issuer: 'i',
      audience: 'g',
      boundClaims,
    }
    const facts = { claims: { iss: 'i', aud: 'g', ...token }, times: [] }
    return evaluatePolicy(policy, facts, null).satisfied
  }

  it('let no more through with a clause added', () => {
    const added = fc.property(
      bound,
      fc.oneof(matcher, fc.anything()),
      claims,
      (conditions, extra, token) => {
        for (const name of ['a', 'b', 'c', 'd']) {
          if (Object.hasOwn(conditions, name)) continue
          const narrower = { ...conditions, [name]: extra }
          if (satisfied(narrower, token)) expect(satisfied(conditions, token)).toBe(true)
        }
      },
    )
    fc.assert(added, { numRuns: 400 })
  })

  it('are satisfied exactly when every condition matches', () => {
    const exact = fc.property(bound, claims, (conditions, token) => {
      const every = Object.entries(conditions).every(([name, asked]) => {
        const plain = !claimValueFault(token[name] ?? null)
        return plain && judge(asked, token[name]) === 'match'
      })
      expect(satisfied(conditions, token)).toBe(every)
    })
    fc.assert(exact, { numRuns: 600 })
  })

  it('never throw, whatever is stored', () => {
    const stored = fc.property(fc.anything({ withNullPrototype: true }), claims, (row, token) => {
      expect(typeof satisfied(row, token)).toBe('boolean')
    })
    fc.assert(stored, { numRuns: 600 })
  })
})

describe('strict JSON', () => {
  /** Near-JSON: pieces that often make a document and often just miss. */
  const pieces = fc
    .array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"a"',
        '"\\u0061"',
        '"b"',
        '1',
        '1e999',
        ' ',
        '\\',
        '"',
      ),
      { maxLength: 16 },
    )
    .map((parts) => `{${parts.join('')}}`)
  const document = fc.oneof(
    { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: fc.string() },
    { weight: 3, arbitrary: pieces },
  )

  it('is what JSON.parse reads, or nothing; and never throws', () => {
    const agrees = fc.property(document, (text) => {
      const strict = parseStrictJsonText(text, tokenJsonLimits)
      if (strict.ok) expect(strict.value).toEqual(JSON.parse(text))
    })
    fc.assert(agrees, { numRuns: 1500 })
  })

  it('accepts every object that JSON.stringify writes within the limits', () => {
    const jsonObject = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 })
    const accepts = fc.property(jsonObject, (object) => {
      const text = JSON.stringify(object)
      expect(parseStrictJsonText(text, tokenJsonLimits)).toEqual({
        ok: true,
        value: JSON.parse(text),
      })
    })
    fc.assert(accepts, { numRuns: 400 })
  })

  it('refuses a document once any of its members is written twice', () => {
    const names = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 6 })
    const refuses = fc.property(names, fc.nat(), fc.nat(), (keys, from, to) => {
      const written = keys.map((name) => `${JSON.stringify(name)}:{"x":[1]}`)
      const twice = written[from % written.length] ?? ''
      written.splice(to % (written.length + 1), 0, twice)
      const result = parseStrictJsonText(`{"outer":[{${written.join()}}]}`, tokenJsonLimits)
      expect(result).toEqual({ ok: false, error: 'duplicate_member' })
    })
    fc.assert(refuses, { numRuns: 400 })
  })
})

describe('compact tokens', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url')
  const token = fc
    .tuple(fc.dictionary(letters, letters), fc.uint8Array({ minLength: 1, maxLength: 70 }))
    .map(([claims, signature]) =>
      [encode('{"alg":"RS256"}'), encode(JSON.stringify(claims)), encode(signature)].join('.'),
    )

  it('never throw', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.string({ unit: fc.constantFrom(...alphabet, '.', '=', ' ') }))
        .map((parts) => parts.join('.')),
      fc.tuple(token, fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, extra]) => {
        const cut = at % text.length
        return text.slice(0, cut) + extra + text.slice(cut + 1)
      }),
    )
    const total = fc.property(texts, (text) => {
      expect(typeof readCompactJwt(text).ok).toBe('boolean')
    })
    fc.assert(total, { numRuns: 200 })
  })

  it('have one spelling: any other character that decodes alike is refused', () => {
    const bytesOf = (text: string): string =>
      text
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('hex'))
        .join('.')
    let respelled = 0
    const single = fc.property(token, fc.constantFrom(0, 1, 2), (text, segment) => {
      expect(readCompactJwt(text).ok).toBe(true)
      const end =
        text
          .split('.')
          .slice(0, segment + 1)
          .join('.').length - 1
      for (const other of alphabet) {
        const changed = text.slice(0, end) + other + text.slice(end + 1)
        if (changed === text || bytesOf(changed) !== bytesOf(text)) continue
        respelled += 1
        expect(readCompactJwt(changed)).toEqual({ ok: false, error: 'not_canonical' })
      }
    })
    fc.assert(single, { numRuns: 100 })
    expect(respelled).toBeGreaterThan(100)
  })
})
