import { describe, expect, it } from 'vitest'
import { CliFailure } from '../../../src/cli/cli.ts'
import {
  readDuration,
  readInteger,
  readPairs,
  readStructure,
  readTime,
  readWords,
} from '../../../src/cli/resources/values.ts'

const failureOf = (act: () => unknown): CliFailure => {
  try {
    act()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(CliFailure)
    return thrown as CliFailure
  }
  throw new Error('it was taken')
}

const now = Date.parse('2026-01-10T12:00:00Z')

describe('values of flags', () => {
  it('reads spans, and nothing that only looks like one', () => {
    expect(['30s', '90m', '12h', '7d'].map(readDuration)).toEqual([
      30_000, 5_400_000, 43_200_000, 604_800_000,
    ])
    expect(['', '7', 'd', '-1h', '1.5h', '1w', '7d '].map(readDuration)).toEqual(
      Array(7).fill(null),
    )
  })

  it('reads a span as the past of a search, and as the future of a body', () => {
    const flag = { name: 'since' }
    expect(readTime(flag, '1h', { now, past: true })).toBe('2026-01-10T11:00:00.000Z')
    expect(readTime(flag, '1h', { now, past: false })).toBe('2026-01-10T13:00:00.000Z')
    expect(readTime(flag, '2026-01-01T00:00:00+01:00', { now, past: true })).toBe(
      '2025-12-31T23:00:00.000Z',
    )
    const failure = failureOf(() => readTime(flag, 'yesterday', { now, past: true }))
    expect(failure).toMatchObject({ exit: 'usage', message: '--since is no time: yesterday' })
    expect(failure.next).toContain('7d')
  })

  it('takes whole numbers only', () => {
    expect(readInteger({ name: 'limit' }, '300')).toBe(300)
    for (const text of ['', '1e3', '0x10', '1.5', ' 1']) {
      expect(failureOf(() => readInteger({ name: 'limit' }, text)).exit).toBe('usage')
    }
  })

  it('reads words that were repeated or joined, and none', () => {
    expect(readWords(['a,b', 'c'])).toEqual(['a', 'b', 'c'])
    expect(readWords([''])).toEqual([])
  })

  it('keeps a claim a text unless it is written as JSON', () => {
    expect(
      readPairs({ name: 'claim' }, [
        'repository_id=123',
        'sub=repo:a/b:x=y',
        'ref={"glob":"refs/tags/v*"}',
      ]),
    ).toEqual({
      repository_id: '123',
      sub: 'repo:a/b:x=y',
      ref: { glob: 'refs/tags/v*' },
    })
    expect(failureOf(() => readPairs({ name: 'claim' }, ['ref'])).message).toContain('no value')
  })

  it('says where a file is neither JSON nor YAML', () => {
    expect(readStructure('name: x\nscope: [a]\n', 'f')).toEqual({ name: 'x', scope: ['a'] })
    const failure = failureOf(() => readStructure('name: x\nname: y\n', 'policy.yaml'))
    expect(failure.message).toContain('policy.yaml, line 2, column 1')
  })
})
