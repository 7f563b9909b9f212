import { describe, expect, it } from 'vitest'
import { boundedMemory } from '../../src/core/bounded-memory.ts'

describe('a bounded memory', () => {
  const make = () => boundedMemory<string>({ weight: 10, weightEach: 6 })

  it('knows what it was told last, until it forgets', () => {
    const memory = make()
    memory.keep('a', 'first', 5)
    memory.keep('a', 'second', 5)
    expect([memory.get('a'), memory.get('b')]).toEqual(['second', undefined])
    memory.forget('a')
    memory.forget('a')
    expect(memory.get('a')).toBeUndefined()
    memory.keep('b', 'x', 5)
    memory.keep('c', 'y', 5)
    expect([memory.get('b'), memory.get('c')]).toEqual(['x', 'y'])
  })

  it('lets the oldest go, and no more of them than it must', () => {
    const memory = make()
    for (const key of ['a', 'b', 'c']) memory.keep(key, key, 3)
    memory.keep('a', 'a', 3)
    memory.keep('d', 'd', 4)
    expect(['a', 'b', 'c', 'd'].map(memory.get)).toEqual(['a', undefined, 'c', 'd'])
  })

  it('keeps nothing that is too heavy, nor what it was before', () => {
    const memory = make()
    memory.keep('a', 'light', 1)
    memory.keep('b', 'light', 1)
    memory.keep('a', 'heavy', 7)
    expect([memory.get('a'), memory.get('b')]).toEqual([undefined, 'light'])
  })
})
