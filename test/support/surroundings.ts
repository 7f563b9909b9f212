import type { Surroundings } from '../../src/pipeline/surroundings.ts'

/** Surroundings of a test: a clock that only sleeping moves, and no platform. */
export interface Stage extends Surroundings {
  /** Milliseconds of every pause. */
  readonly pauses: number[]
}

const nothing = async (): Promise<never> => {
  throw Object.assign(new Error('none here'), { code: 'ENOENT' })
}

/** Makes surroundings of which a test says what it needs. */
export const stage = (given: Partial<Surroundings> = {}): Stage => {
  let clock = 1_800_000_000_000
  const pauses: number[] = []
  return {
    env: {},
    fetch: nothing,
    now: () => clock,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds)
      clock += milliseconds
    },
    run: nothing,
    readFile: nothing,
    readStdin: async () => '',
    ...given,
    pauses,
  }
}

/** What a server that is asked one thing after the other answers. */
export const answering = (...answers: readonly (Response | Error)[]) => {
  const requests: Request[] = []
  const fetch = async (request: Request): Promise<Response> => {
    const answer = answers[Math.min(requests.length, answers.length - 1)]
    requests.push(request)
    if (answer instanceof Error) throw answer
    if (answer === undefined) throw new Error('nobody answers')
    return answer.clone()
  }
  return { fetch, requests }
}
