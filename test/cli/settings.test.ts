import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../support/command-line.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(`${tmpdir()}/gatehouse-settings-`)
})

afterAll(() => rm(root, { recursive: true, force: true }))

const read = (path: string) => readFile(path, 'utf8')

interface Place {
  readonly project?: string
  readonly user?: string
  readonly env?: Record<string, string>
  readonly argv?: readonly string[]
  readonly repository?: boolean
}

/** Explains the settings in a folder below the project's. */
const explain = async ({ project, user, env = {}, argv = [], repository = true }: Place) => {
  const at = await mkdtemp(`${root}/at-`)
  const [home, cwd] = [`${at}/home`, `${at}/project/deep/down`]
  await Promise.all([
    mkdir(`${home}/gatehouse`, { recursive: true }),
    mkdir(cwd, { recursive: true }),
  ])
  if (repository) await mkdir(`${at}/project/.git`)
  if (project !== undefined) await writeFile(`${at}/project/gatehouse.yaml`, project)
  if (user !== undefined) await writeFile(`${home}/gatehouse/config.yaml`, user)
  const came = await commandLine(['config', 'explain', '--json', ...argv], {
    cwd,
    env: { XDG_CONFIG_HOME: home, ...env },
    readFile: read,
  })
  const body = JSON.parse(came.stdout)
  return { status: came.status, error: body.error, settings: body.settings, at }
}

describe('a setting', () => {
  const project = 'url: https://project.test\nscopes:\n  - a\n  - b\nnamespace: /acme\n'
  const user = 'url: https://user.test\naudience: https://api.test\n'

  it('is what was said nearest: flag, variable, project, user', async () => {
    const from = async (place: Place) => {
      const { settings, at } = await explain(place)
      return [settings.url.value, settings.url.from.replace(at, '')]
    }
    const env = { GATEHOUSE_URL: 'https://variable.test' }
    const argv = ['--url', 'https://flag.test']
    expect(await from({ project, user, env, argv })).toEqual([
      'https://flag.test',
      'the flag --url',
    ])
    expect(await from({ project, user, env })).toEqual([
      'https://variable.test',
      'the variable GATEHOUSE_URL',
    ])
    expect(await from({ project, user })).toEqual([
      'https://project.test',
      '/project/gatehouse.yaml',
    ])
    expect(await from({ user })).toEqual(['https://user.test', '/home/gatehouse/config.yaml'])
  })

  it('is taken one by one, and lists are joined', async () => {
    const { settings } = await explain({ project, user })
    expect(settings).toMatchObject({
      audience: { value: 'https://api.test' },
      scopes: { value: 'a b' },
      namespace: { value: '/acme' },
      client_id: { value: null, from: null },
    })
  })

  it('is not taken from a file above that belongs to no repository', async () => {
    const { settings } = await explain({ project, repository: false })
    expect(settings.url.value).toBeNull()
  })

  it.each([
    ['url: https://a.test\nclinet_id: cli_x\n', ':2:1: unknown field "clinet_id"', 'client_id'],
    ['nothing_like_it: 1\n', ':1:1: unknown field', 'known are: url, client_id'],
    ['url: [https://a.test, {b: c}]\n', ':1:1: url has to be a text', 'one value'],
    ['url: "https://a.test\n', ':', 'correct the YAML'],
    ['- url\n', ':1:1: expected fields', 'write them so'],
    ['url: http://a.test\n', 'gatehouse.yaml begins with http://', 'https://a.test'],
    ['client_id: vars.CLIENT\n', 'the text "vars.CLIENT" itself', '${{'],
  ])('that is wrong in %j is told with its place', async (text, message, next) => {
    const { status, error } = await explain({ project: text })
    expect(status).toBe(2)
    expect(error.message).toContain(message)
    expect(error.next).toContain(next)
  })

  it('that is needed and missing names all the ways to give it', async () => {
    const { status, stderr } = await commandLine(['whoami'])
    expect(status).toBe(2)
    expect(stderr).toContain('--url')
    expect(stderr).toContain('GATEHOUSE_URL')
    expect(stderr).toContain('gatehouse.yaml')
  })

  it('that a variable left empty is told as that', async () => {
    const { status, stderr } = await commandLine(['whoami'], { env: { GATEHOUSE_URL: '' } })
    expect([status, stderr]).toEqual([2, expect.stringContaining('GATEHOUSE_URL is empty')])
  })
})
