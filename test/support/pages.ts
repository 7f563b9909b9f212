import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { type FakeCi, startFakeCi } from '../../scripts/fake-ci/server.ts'
import { openDataDirectory } from '../../scripts/local/data-directory.ts'
import { type LocalGateway, startLocalGateway } from '../../scripts/local/gateway.ts'
import { tryPort } from '../../scripts/local/ports.ts'
import { ROOT } from './settings.ts'

const run = promisify(execFile)

/** A file of the repository. */
export const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')

/** All that the first group of a pattern finds. */
export const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

/** Fenced blocks of a page behind a mark: `<!-- mark -->`, then the fence. */
export const blocks = (mark: string, page: string): string[] =>
  matches(read(page), new RegExp(`<!-- ${mark} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``, 'g'))

/** The pages whose commands are pasted one after the other into one shell, and their marks. */
export const pasted: Readonly<Record<string, string>> = {
  'quick-start': 'README.md',
  github: 'docs/github.md',
  gitlab: 'docs/gitlab.md',
  administration: 'docs/administration.md',
  credentials: 'docs/credentials.md',
  choosing: 'docs/choosing.md',
  'edge-api': 'docs/edge-api.md',
  troubleshooting: 'docs/troubleshooting.md',
  'other-issuers': 'docs/other-issuers.md',
  'command-line': 'docs/command-line.md',
  migration: 'docs/migration.md',
  operations: 'docs/operations.md',
}

/** A reader who does as the pages say, on a machine of their own. */
export interface Reader {
  readonly gateway: LocalGateway
  readonly ci: FakeCi
  readonly directory: string
  /** What each page printed, by its mark. */
  readonly printed: ReadonlyMap<string, string>
  /** A variable of that shell, as the pages left it. */
  readonly variables: ReadonlyMap<string, string>
  bash(script: string, env?: Record<string, string>): Promise<{ stdout: string; stderr: string }>
  close(): Promise<void>
}

const turn = '----- the next page -----'
const kept = ['CLIENT_ID', 'ACCESS_TOKEN']

const script = (local: (text: string) => string): string =>
  Object.entries(pasted)
    .map(([mark, page]) => {
      const values = kept.map((name) => `printf '\\n%s=%s' ${name} "$${name}"`).join('\n')
      return `${local(blocks(mark, page).join('\n'))}\n${values}\nprintf '\\n%s\\n' '${turn}'`
    })
    .join('\n')

/** Follows the pages from the first to the last, with the gateway and the issuer on free ports. */
export async function followPages(): Promise<Reader> {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-docs-`)
  // What a reader finds beside the pages.
  for (const part of ['node_modules', 'integrations']) {
    await symlink(`${ROOT}${part}`, `${directory}/${part}`)
  }
  const ci = await startFakeCi()
  const data = await openDataDirectory(`${directory}/.gatehouse`)
  const gateway = await startLocalGateway(data, { port: await tryPort(0), log: () => {} })
  const local = (text: string): string =>
    text
      .replaceAll('http://127.0.0.1:8787', gateway.url)
      .replaceAll('http://127.0.0.1:8788', ci.url)
  const bash: Reader['bash'] = (text, env = {}) =>
    run('bash', ['-eo', 'pipefail', '-c', text], {
      cwd: directory,
      env: { ...process.env, HOME: directory, API_PORT: `${apiPort}`, ...env },
      maxBuffer: 16 * 1024 * 1024,
    })
  const apiPort = await tryPort(0)
  const close = async () => {
    await Promise.all([gateway.close(), ci.close()])
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const { stdout } = await bash(script(local))
    const parts = stdout.split(`\n${turn}\n`)
    const printed = new Map(Object.keys(pasted).map((mark, at) => [mark, parts[at] ?? '']))
    const values = matches(parts[0] ?? '', /^((?:CLIENT_ID|ACCESS_TOKEN)=.*)$/gm)
    const variables = new Map(
      values.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
    )
    return { gateway, ci, directory, printed, variables, bash, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
