import { parseArgs } from 'node:util'
import { readPort } from '../local/ports.ts'
import { startFakeCi } from './server.ts'

const HELP = `Usage: npm run fake-ci -- [--port 8788]

Starts two local CI issuers on 127.0.0.1, for trying Gatehouse without a CI system: one shaped like
GitHub Actions at /, one shaped like GitLab CI/CD at /gitlab.

Overrides are laid over the claims as they are: another "ref" changes neither "sub" nor
"ref_path". The default audience is http://127.0.0.1:8787.

  --port <n>   the port to listen on (default 8788)
  --help       this text
`

/** Reads the command line, starts the issuers and says how to use them. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { port: { type: 'string', default: '8788' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const ci = await startFakeCi({ port: readPort(values.port) })
  process.stdout.write(greeting(ci.url, ci.gitlabUrl))
  const stop = (): void => void ci.close().then(() => process.exit(0))
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function greeting(url: string, gitlabUrl: string): string {
  return `fake-ci is listening
  GitHub-shaped issuer   ${url}
  GitLab-shaped issuer   ${gitlabUrl}

Mint a token (the body is laid over the default claims; null removes one):
  curl -s '${url}/token?provider=github' -d '{"ref":"refs/heads/dev","environment":"staging"}'
`
}

main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
  const hint = error.code === 'EADDRINUSE' ? '; choose another with --port' : ''
  process.stderr.write(`fake-ci: ${error.message}${hint}\n`)
  process.exitCode = 1
})
