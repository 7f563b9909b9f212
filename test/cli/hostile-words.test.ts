import { describe, expect, it } from 'vitest'
import { ofProblem } from '../../src/cli/frame/failures.ts'
import { showFindings } from '../../src/cli/policy/report.ts'
import { ProblemError } from '../../src/client/client.ts'

const hostile = 'x\u001b[2J\n::error::y'

describe('hostile words', () => {
  it('of a problem document stay in their line, and name no page elsewhere', () => {
    const problem = {
      type: 'https://theirs.test/login',
      title: hostile,
      detail: hostile,
      status: 422,
    }
    const page = 'https://theirs.test/login'
    const failure = ofProblem(new ProblemError(problem as never, null, page))
    expect(failure.message).not.toMatch(/\p{Cc}/u)
    expect([failure.code, failure.next]).toEqual([
      'unknown_problem',
      'ask whoever runs the gateway',
    ])
  })

  it('of a policy file stay in the line of their finding', () => {
    const finding = {
      file: `${hostile}.trust.yaml`,
      ...{ line: 1, column: 1, severity: 'error' as const, code: 'shape', message: hostile },
      ...{ service_account: null, policy: hostile },
    }
    expect(showFindings([finding], 'text')).not.toMatch(/\p{Cc}/u)
    expect(showFindings([finding], 'github')).not.toMatch(/\p{Cc}/u)
  })
})
