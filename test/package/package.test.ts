import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../support/settings.ts'

const run = promisify(execFile)

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>
  readonly dependencies: object
  readonly devDependencies?: object
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, object>>
}

/** A project of somebody else's: the package as npm would unpack it, and what it depends on. */
let project: string
let installed: string
let files: readonly string[]

const inProject = (command: string, ...args: string[]) =>
  run(command, args, { cwd: project, env: { PATH: process.env.PATH, HOME: project } })

const manifestOf = async (file: string): Promise<Manifest> =>
  JSON.parse(await readFile(file, 'utf8')) as Manifest

const link = async (name: string): Promise<void> => {
  const place = `${project}/node_modules/${name}`
  await mkdir(place.slice(0, place.lastIndexOf('/')), { recursive: true })
  await symlink(`${ROOT}node_modules/${name}`, place)
}

beforeAll(async () => {
  project = await mkdtemp(`${tmpdir()}/gatehouse-consumer-`)
  installed = `${project}/node_modules/gatehouse`
  const { scripts } = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8'))
  expect(scripts.build).toBe('exec node scripts/build/main.ts')
  await run(process.execPath, [`${ROOT}scripts/build/main.ts`, '--out', `${project}/built`])
  const { stdout } = await inProject('npm', 'pack', './built', '--json', '--ignore-scripts')
  const [packed] = Object.values(JSON.parse(stdout)) as {
    filename: string
    files: { path: string }[]
  }[]
  files = packed?.files.map(({ path }) => path) ?? []
  await mkdir(installed, { recursive: true })
  await inProject('tar', 'xzf', `${packed?.filename}`, '-C', installed, '--strip-components=1')
  await writeFile(`${project}/package.json`, '{"type":"module"}')
  await link('jose')
}, 60_000)

afterAll(() => rm(project, { recursive: true, force: true }))

describe('what is packed', () => {
  test('needs jose and nothing else; frameworks are the user’s', async () => {
    const [ours, theirs] = await Promise.all([
      manifestOf(`${ROOT}package.json`),
      manifestOf(`${installed}/package.json`),
    ])
    expect([theirs.name, theirs.version]).toEqual(['gatehouse', ours.version])
    expect(theirs.private).toBeUndefined()
    expect(Object.keys(theirs.dependencies)).toEqual(['jose'])
    expect(theirs.devDependencies).toBeUndefined()
    expect(Object.keys(theirs.peerDependencies).sort()).toEqual(['express', 'fastify', 'hono'])
    expect(Object.keys(theirs.peerDependenciesMeta).sort()).toEqual(['express', 'fastify', 'hono'])
    expect(Object.keys(theirs.exports).sort()).toEqual(Object.keys(ours.exports ?? {}).sort())
  })

  test('is JavaScript, declarations, licences and a page: no source, no test', () => {
    const strange = files.filter((file) => !/\.js$|\.d\.ts$/.test(file))
    expect(strange.sort()).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-LICENSES.txt',
      'package.json',
    ])
  })

  test('holds the licence of everything that was bundled into the command line', async () => {
    const licences = await readFile(`${installed}/THIRD-PARTY-LICENSES.txt`, 'utf8')
    expect(licences).toContain('## commander ')
    expect(licences).toContain('Permission is hereby granted')
  })
})

describe('in a project that has only jose', () => {
  const exported = ['verify', 'verify/hono', 'verify/fetch', 'verify/express', 'verify/fastify']

  test('every export can be imported under Node', async () => {
    const names = [...exported, 'testing'].map((name) => `gatehouse/${name}`)
    const script = `for (const name of ${JSON.stringify(names)}) {
      console.log(name, Object.keys(await import(name)).length > 0)
    }`
    const { stdout } = await inProject(process.execPath, '--input-type=module', '-e', script)
    expect(stdout.trim().split('\n')).toEqual(names.map((name) => `${name} true`))
  })

  test('the command line runs, by the name that npm links', async () => {
    const { bin, version } = await manifestOf(`${installed}/package.json`)
    const command = `${installed}/${bin.gatehouse}`
    expect((await inProject(command, '--version')).stdout).toBe(`${version}\n`)
    expect((await inProject(command, '--help')).stdout).toContain('Usage: gatehouse')
  })
})

const consumer = `
import { Hono } from 'hono'
import express from 'express'
import fastify from 'fastify'
import { battery, testIssuer, type TestIssuer } from 'gatehouse/testing'
import { createVerifier, presentedBy, type Principal, Refused, requireNamespace } from 'gatehouse/verify'
import * as inHono from 'gatehouse/verify/hono'
import * as inFetch from 'gatehouse/verify/fetch'
import * as inExpress from 'gatehouse/verify/express'
import * as inFastify from 'gatehouse/verify/fastify'

const options = { issuer: 'https://sts.example.com', audience: 'https://api.example.com' }

const app = new Hono()
app.use('/v1/*', inHono.gatehouse(options))
app.post('/v1/releases', inHono.requireScopes('deploy:write'), (c) => {
  const by: string = c.var.principal.serviceAccount
  return c.json({ by })
})
app.get('/v1/:team', inHono.requireNamespace((c) => '/acme/' + c.req.param('team'), 'x'), (c) =>
  c.json(c.var.principal.grants),
)

const server = express()
server.use(inExpress.gatehouse({ ...options, origin: 'https://api.example.com' }))
server.post('/releases/:id', inExpress.requireScopes('deploy:write'), (request, response) => {
  const by: Principal = request.principal
  response.json({ by, id: request.params.id })
})

const fast = fastify()
fast.register(inFastify.gatehouse, options)
fast.post('/releases', { onRequest: inFastify.requireScopes('deploy:write') }, async (request) => {
  const ref: string | undefined = request.principal.provenance?.ref
  return { ref }
})

export default {
  fetch: inFetch.gatehouse(options, (request, principal, env: { readonly NAME: string }) => {
    inFetch.requireScopes('deploy:write')(principal)
    return Response.json({ name: env.NAME, url: request.url })
  }),
}

export const test = async (): Promise<Principal | null> => {
  const issuer: TestIssuer = await testIssuer({ audience: options.audience })
  const findings = await battery({ issuer, call: (request) => app.fetch(request) })
  const verifier = createVerifier(issuer.options)
  try {
    const principal = await verifier.authenticate(presentedBy(new Request(verifier.audience)))
    requireNamespace('/acme', 'deploy:write')(principal)
    return findings.length === 0 ? principal : null
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.reason === 'no_token') return null
    throw thrown
  }
}
// @ts-expect-error an issuer alone is not enough
createVerifier({ issuer: 'https://sts.example.com' })
// @ts-expect-error a principal cannot be changed
export const change = (principal: Principal) => (principal.serviceAccount = 'x')
`

describe('in a project with TypeScript and the frameworks', () => {
  beforeAll(async () => {
    const needed = ['hono', 'express', 'fastify', '@types/express', '@types/node']
    await Promise.all(needed.map(link))
    await writeFile(`${project}/consumer.ts`, consumer)
  })

  test.each(['bundler', 'nodenext'])('its types are whole (%s)', async (moduleResolution) => {
    const compilerOptions = {
      target: 'es2024',
      module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      // Once is enough: it reads all declarations there are.
      skipLibCheck: moduleResolution === 'bundler',
      types: ['node'],
    }
    const config = { compilerOptions, files: ['consumer.ts'] }
    await writeFile(`${project}/tsconfig.json`, JSON.stringify(config))
    const checked = inProject(`${ROOT}node_modules/.bin/tsc`, '-p', project)
    expect(await checked.catch(({ stdout }) => ({ stdout }))).toMatchObject({ stdout: '' })
  })

  test('declarations name files of the package, and packages that it says it needs', async () => {
    const declarations = files.filter((file) => file.endsWith('.d.ts'))
    expect(declarations.length).toBeGreaterThan(10)
    for (const file of declarations) {
      const text = await readFile(`${installed}/${file}`, 'utf8')
      for (const [, from = ''] of text.matchAll(/(?:from |import\(|module )'([^']+)'/g)) {
        if (!from.startsWith('.')) expect(['jose', 'hono', 'express', 'fastify']).toContain(from)
        else expect(from).toMatch(/\.js$/)
        const target = from.startsWith('.') ? new URL(from, `file:///${file}`).pathname : ''
        if (target !== '') expect(files).toContain(target.slice(1).replace(/\.js$/, '.d.ts'))
      }
    }
  })
})
