import type { Result } from '../../core/result.ts'
import type { Failure } from '../failure.ts'
import type { Surroundings } from '../surroundings.ts'
import { noIdToken } from './source.ts'

type Job = Pick<Surroundings, 'env' | 'readFile'>

const permissionLines = `permissions:
  id-token: write
  contents: read`

interface PullRequestEvent {
  readonly pull_request?: {
    readonly head?: { readonly repo?: { readonly full_name?: string } | null }
    readonly base?: { readonly repo?: { readonly full_name?: string } }
  }
}

const isFork = async ({ env, readFile }: Job): Promise<boolean> => {
  if (!env.GITHUB_EVENT_NAME?.startsWith('pull_request') || !env.GITHUB_EVENT_PATH) return false
  try {
    const event = JSON.parse(await readFile(env.GITHUB_EVENT_PATH)) as PullRequestEvent
    const { head, base } = event.pull_request ?? {}
    // The repository of the head is null once the fork has been deleted.
    return head !== undefined && head.repo?.full_name !== base?.repo?.full_name
  } catch {
    return false
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Whether this job belongs to a workflow that another one calls. The runner does not say it: either
 * the step passes `job.workflow_ref` on, or the checked-out caller does not have this job and calls
 * some workflow.
 */
const isReusable = async ({ env, readFile }: Job): Promise<boolean> => {
  const caller = env.GITHUB_WORKFLOW_REF
  const own = env.GATEHOUSE_JOB_WORKFLOW_REF
  if (caller && own) return own !== caller
  const path = caller?.split('@')[0]?.split('/').slice(2).join('/')
  if (!path || !env.GITHUB_WORKSPACE || !env.GITHUB_JOB) return false
  const text = await readFile(`${env.GITHUB_WORKSPACE}/${path}`).catch(() => '')
  const calls = /^\s+uses:\s*\S*\.github\/workflows\/\S+\.ya?ml/m.test(text)
  return calls && !new RegExp(`^\\s+["']?${escaped(env.GITHUB_JOB)}["']?:`, 'm').test(text)
}

/** Tells the causes of a missing identity token on GitHub apart, without any network call. */
export const whyNoGithubToken = async (job: Job): Promise<Result<never, Failure>> => {
  const nothing = 'This job cannot request an identity token'
  if (job.env.GITHUB_ACTIONS !== 'true') {
    return noIdToken(
      `${nothing}: it is not run by GitHub Actions`,
      'elsewhere, give the identity token to the command line: gatehouse exchange --help',
    )
  }
  if (await isFork(job)) {
    return noIdToken(
      `${nothing}: GitHub gives none to a pull request from a fork, whatever its permissions`,
      `skip the step for forks:
  if: github.event.pull_request.head.repo.full_name == github.repository`,
    )
  }
  const server = job.env.GITHUB_SERVER_URL
  if (server && server !== 'https://github.com' && !server.endsWith('.ghe.com')) {
    return noIdToken(
      `${nothing}: ${server} is a GitHub Enterprise Server that offers none to it`,
      `add to the job:\n${permissionLines}\nand register ${server}/_services/token as issuer`,
    )
  }
  if (await isReusable(job)) {
    return noIdToken(
      `${nothing}: it runs in a reusable workflow, and the calling job does not pass the permission on`,
      `add to the job that has \`uses:\`, in the calling workflow:\n${permissionLines}`,
    )
  }
  return noIdToken(
    `${nothing}: the permission \`id-token: write\` is missing`,
    `add to the job (if another workflow calls this one, to the calling job too):\n${permissionLines}`,
  )
}
