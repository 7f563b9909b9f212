import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from './settings.ts'
import { runToEnd } from './shells.ts'

/** What a step of a workflow gives the action. */
export interface StepOptions {
  readonly with?: Readonly<Record<string, string>>
  /** Variables of the job, such as where ID tokens come from; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly eventName?: string
  /** The payload of the event. */
  readonly event?: object
}

/** How a step ended. */
export interface StepEnd {
  readonly code: number | null
  /** What people read: commands carried out, masks applied. */
  readonly log: string
  /** What the process printed, as it printed it. */
  readonly raw: string
  readonly outputs: Readonly<Record<string, string>>
  /** Variables for later steps. */
  readonly exported: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly summary: string
  /** Annotations: `error: text`. */
  readonly annotations: readonly string[]
}

/** A GitHub runner, as far as an action can tell. */
export interface GithubRunner {
  readonly workspace: string
  main(options?: StepOptions): Promise<StepEnd>
  /** Runs the post step with what a main step saved. */
  post(state: StepEnd['state'], options?: StepOptions): Promise<StepEnd>
  close(): Promise<void>
}

const files = ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'] as const

/** Reads `name<<delimiter` blocks, as the runner does. */
const readFileCommands = (text: string): Record<string, string> => {
  const found: Record<string, string> = {}
  const block = /^([^\n<]+)<<(ghadelimiter_[\w-]+)\n([\s\S]*?)\n\2\n/gm
  expect(text.replaceAll(block, ''), 'nothing but blocks').toBe('')
  for (const [, name = '', , value = ''] of text.matchAll(block)) found[name] = value
  return found
}

const unescaped = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

/** Plays the runner's reading of the output: carries out commands, hides what they mask. */
const readOutput = (raw: string, isSecret: (text: string) => boolean) => {
  const masks: string[] = []
  const annotations: string[] = []
  const lines: string[] = []
  for (const line of raw.split('\n')) {
    // The older form of a command is looked for anywhere in a line.
    expect(line, 'a command of the old form').not.toMatch(/##\[/)
    const [, name = '', , text = ''] = /^\s*::([\w-]+)( [^:]*)?::(.*)$/.exec(line) ?? []
    const known = ['', 'add-mask', 'error', 'warning', 'debug', 'group', 'endgroup']
    expect(known, `a command that we do not give: ${name}`).toContain(name)
    if (name === 'add-mask') {
      masks.push(unescaped(text))
      continue
    }
    expect(isSecret(line), 'a token outside of the line that masks it').toBe(false)
    if (name === 'error' || name === 'warning') annotations.push(`${name}: ${unescaped(text)}`)
    lines.push(name === '' ? line : unescaped(text))
  }
  const log = masks.reduce((text, mask) => text.replaceAll(mask, '***'), lines.join('\n'))
  return { log, masks, annotations }
}

const inputsOf = async (given: Readonly<Record<string, string>>) => {
  const { inputs } = parse(await readFile(`${ROOT}integrations/github/action.yml`, 'utf8')) as {
    inputs: Record<string, { default?: string }>
  }
  const unknown = Object.keys(given).filter((name) => !(name in inputs))
  if (unknown.length > 0) throw new Error(`no such input: ${unknown}`)
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { default: usual = '' }]) => {
      // A context that this runner does not have is empty.
      const value = given[name] ?? (usual.startsWith('${{') ? '' : usual)
      return [`INPUT_${name.toUpperCase()}`, value]
    }),
  )
}

const baseline = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/api',
  GITHUB_JOB: 'deploy',
  GITHUB_WORKFLOW_REF: 'acme/api/.github/workflows/deploy.yml@refs/heads/main',
}

/**
 * Starts a runner that has a copy of the action and nothing else of this checkout. What `secrets`
 * names must never be printed, but to be masked.
 */
export const startGithubRunner = async (
  secrets: () => readonly string[],
): Promise<GithubRunner> => {
  const place = await mkdtemp(`${tmpdir()}/gatehouse-runner-`)
  const workspace = `${place}/work`
  await Promise.all([
    cp(`${ROOT}integrations/github`, `${place}/action`, { recursive: true }),
    mkdir(workspace),
    mkdir(`${place}/files`),
  ])
  const isSecret = (text: string): boolean =>
    secrets().some((token) => token.split('.').some((part) => text.includes(part))) ||
    /eyJ[\w-]{20}/.test(text)
  const run = async (file: string, options: StepOptions, more: Record<string, string>) => {
    for (const name of files) await writeFile(`${place}/files/${name}`, '')
    await writeFile(`${place}/event.json`, JSON.stringify(options.event ?? {}))
    const env: Record<string, string | undefined> = {
      PATH: process.env.PATH,
      HOME: place,
      ...baseline,
      ...Object.fromEntries(files.map((name) => [`GITHUB_${name}`, `${place}/files/${name}`])),
      GITHUB_WORKSPACE: workspace,
      GITHUB_EVENT_NAME: options.eventName ?? 'push',
      GITHUB_EVENT_PATH: `${place}/event.json`,
      RUNNER_TEMP: `${place}/temp`,
      ...(await inputsOf(options.with ?? {})),
      ...options.env,
      ...more,
    }
    const set = Object.entries(env).filter(
      (entry): entry is [string, string] => !!entry[1] || entry[1] === '',
    )
    const ended = await runToEnd([process.execPath, `${place}/action/dist/${file}`], {
      cwd: workspace,
      env: Object.fromEntries(set),
    })
    const read = (name: string) => readFile(`${place}/files/${name}`, 'utf8')
    expect(await readdir(workspace), 'nothing is written to the workspace').toEqual([])
    const summary = await read('STEP_SUMMARY')
    expect(isSecret(summary), 'a token in the summary').toBe(false)
    const output = readOutput(ended.output, isSecret)
    const outputs = readFileCommands(await read('OUTPUT'))
    for (const value of Object.values(outputs)) {
      if (isSecret(value)) expect(output.masks).toContain(value)
    }
    return {
      code: ended.code,
      raw: ended.output,
      ...output,
      outputs,
      exported: readFileCommands(await read('ENV')),
      state: readFileCommands(await read('STATE')),
      summary,
    }
  }
  return {
    workspace,
    main: (options = {}) => run('main.js', options, {}),
    post: (state, options = {}) =>
      run(
        'post.js',
        options,
        Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
      ),
    close: () => rm(place, { recursive: true, force: true }),
  }
}
