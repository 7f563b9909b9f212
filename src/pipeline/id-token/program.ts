import type { Surroundings } from '../surroundings.ts'
import { asToken } from './given.ts'
import { type IdTokenSource, noIdToken } from './source.ts'

type Runner = Pick<Surroundings, 'run'>

interface Printed {
  readonly name: string
  readonly command: string
  readonly argv: readonly string[]
  readonly next: string
}

const byProgram = ({ name, command, argv, next }: Printed, { run }: Runner): IdTokenSource => ({
  name,
  renewable: true,
  isMinted: true,
  get: async () => {
    // What the program says on failing may quote what it was given: only how it ended is told.
    const printed = await run(command, argv).catch((thrown: { readonly code?: unknown }) => thrown)
    if (typeof printed === 'string') return asToken(printed, `what ${command} printed`)
    const why = printed.code === 'ENOENT' ? 'is not installed here' : 'failed'
    return noIdToken(`${name} gave no identity token: ${command} ${why}`, next)
  },
})

/** Asks the Buildkite agent. */
export const fromBuildkite = (audience: string, runner: Runner): IdTokenSource =>
  byProgram(
    {
      name: 'Buildkite',
      command: 'buildkite-agent',
      argv: ['oidc', 'request-token', '--audience', audience],
      next: 'run this where the agent runs the job: in a container, mount the agent into it',
    },
    runner,
  )

/** Asks CircleCI's own program, because the token in the environment has another audience. */
export const fromCircleci = (audience: string, runner: Runner): IdTokenSource =>
  byProgram(
    {
      name: 'CircleCI',
      command: 'circleci',
      argv: ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: audience })],
      next: 'give the job a context, and see that its executor has the circleci program',
    },
    runner,
  )
