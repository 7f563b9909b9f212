import type { Answer, Target } from './target.ts'
import { objectIn } from './target.ts'

/** What the trials of one run may use. */
export interface Ground {
  readonly target: Target
  /** Named in what is refused; a real one makes the refusals say more. */
  readonly clientId: string
  /** The deployment's public keys. */
  readonly keys: readonly Record<string, unknown>[]
}

/** One case of the attack list, or one rule, tried against a deployment. */
export interface Trial {
  /** `AC-…` or `R…`. */
  readonly id: string
  readonly name: string
  readonly run: (ground: Ground) => Promise<void>
}

/** A trial that went otherwise. Its message holds no token and no secret. */
export class Otherwise extends Error {}

/** Ends a trial unless a condition holds. */
export const hold = (condition: boolean, what: string): void => {
  if (!condition) throw new Otherwise(what)
}

/** Ends a trial unless an answer has this status. */
export const expectStatus = ({ status }: Answer, wanted: number, what: string): void =>
  hold(status === wanted, `${what}: expected ${wanted}, got ${status}`)

/** Ends a trial unless an answer refuses in the words of OAuth, and may not be kept. */
export const expectRefusal = (
  answer: Answer,
  [status, error]: readonly [number, string],
  what: string,
): void => {
  expectStatus(answer, status, what)
  const body = objectIn(answer)
  hold(body?.error === error, `${what}: expected the error ${error}, got ${String(body?.error)}`)
  hold(/^[ -~]+$/.test(String(body?.error_description)), `${what}: its description is not ASCII`)
  expectNotKept(answer, what)
}

/** Ends a trial unless an answer forbids caches to keep it, and browsers to guess at it. */
export const expectNotKept = ({ headers }: Answer, what: string): void => {
  hold(headers.get('cache-control') === 'no-store', `${what}: caches may keep it`)
  hold(headers.get('x-content-type-options') === 'nosniff', `${what}: nosniff is missing`)
}

/** Ends a trial unless pages of other origins cannot read an answer. */
export const expectNoCors = ({ headers }: Answer, what: string): void => {
  const names = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
  hold(names.length === 0, `${what}: it sends ${names.join(', ')}`)
}

// Of the same refusal only the id differs, and what the platform adds to headers.
const shown = (answer: Answer): string => {
  const { decision_id: _, ...body } = objectIn(answer) ?? { text: answer.text }
  const headers = ['content-type', 'cache-control', 'pragma', 'www-authenticate', 'retry-after']
  const sent = headers.map((name) => [name, answer.headers.get(name)])
  return JSON.stringify([answer.status, body, sent])
}

/** Ends a trial unless all answers say the same, ids aside. */
export const expectAlike = (answers: readonly (readonly [string, Answer])[]): void => {
  const [first, ...others] = answers
  for (const [what, answer] of others) {
    hold(
      first !== undefined && shown(answer) === shown(first[1]),
      `${what} is answered unlike ${first?.[0]}`,
    )
  }
}
