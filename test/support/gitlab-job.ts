import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect } from 'vitest'
import type { CiHouse } from './ci-house.ts'
import { includeComponent } from './gitlab-component.ts'
import { type Ended, runToEnd, type Shell } from './shells.ts'

type Inputs = Readonly<Record<string, string | number | boolean>>

/** What a test changes of a job. */
export interface JobOptions {
  readonly inputs?: Inputs
  readonly env?: Readonly<Record<string, string>>
  /** Runs it as CI_DEBUG_TRACE does. */
  readonly trace?: boolean
}

/** A GitLab job that extends the component. */
export interface GitlabJob {
  /** Everything that the job may write. */
  readonly place: string
  /** The folder that the component makes. */
  readonly folder: string
  /** Runs `before_script`, then the job's own lines, in one shell. */
  before(
    idToken: string | undefined,
    script?: readonly string[],
    options?: JobOptions,
  ): Promise<Ended>
  /** Runs `after_script` in another shell. */
  after(idToken: string, options?: JobOptions): Promise<Ended>
  /** Runs any lines as the runner would. */
  run(lines: readonly string[], options?: JobOptions): Promise<Ended>
  /** Reads the access token that the job got. */
  token(): Promise<string>
  close(): Promise<void>
}

let jobs = 302

const commandLine = (shell: Shell, lines: readonly string[], trace: boolean): string[] => {
  const strict = shell.name === 'bash' ? 'set -eo pipefail' : 'set -e'
  const script = [trace ? 'set -o xtrace' : ':', strict, ...lines].join('\n')
  return [...shell.argv, ...(trace ? ['-x'] : []), '-c', script]
}

/** Starts a job in a shell; the runner gives it variables and a folder. */
export const startGitlabJob = async (house: CiHouse, shell: Shell): Promise<GitlabJob> => {
  jobs += 1
  const id = String(jobs)
  const place = await mkdtemp(`${tmpdir()}/gatehouse-gitlab-`)
  await Promise.all([mkdir(`${place}/tmp`), mkdir(`${place}/project`)])
  const folder = `${place}/tmp/gatehouse-${id}`
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: place,
    TMPDIR: `${place}/tmp`,
    GITLAB_CI: 'true',
    CI: 'true',
    CI_JOB_ID: id,
    CI_PROJECT_DIR: `${place}/project`,
  }
  const component = (inputs?: Inputs) =>
    includeComponent({ url: house.gateway.url, 'service-account': house.gitlab, ...inputs })
  const run: GitlabJob['run'] = (lines, options = {}) =>
    runToEnd(commandLine(shell, lines, options.trace ?? false), {
      cwd: `${place}/project`,
      env: { ...env, ...(options.trace && { CI_DEBUG_TRACE: 'true' }), ...options.env },
    })
  return {
    place,
    folder,
    run,
    before: (idToken, script = [], options = {}) =>
      run([...component(options.inputs).before_script, ...script], {
        ...options,
        env: { ...(idToken !== undefined && { GATEHOUSE_ID_TOKEN: idToken }), ...options.env },
      }),
    after: (idToken, options = {}) =>
      run(component(options.inputs).after_script, {
        ...options,
        env: { GATEHOUSE_ID_TOKEN: idToken, ...options.env },
      }),
    token: () => readFile(`${folder}/token`, 'utf8'),
    close: () => rm(place, { recursive: true, force: true }),
  }
}

/** Expects that a text holds no part of these tokens, nor of any other. */
export const expectNoToken = (text: string, ...tokens: readonly string[]): void => {
  for (const token of tokens) {
    for (const part of token.split('.')) expect(text).not.toContain(part)
  }
  expect(text).not.toMatch(/eyJ[\w-]{20}/)
}
