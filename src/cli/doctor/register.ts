import { type Cli, ProgramEnded, type Register } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { withSettings } from '../frame/options.ts'
import { connectApi } from '../resources/api.ts'
import { say } from '../resources/words.ts'
import { type Connection, connect } from '../session/connect.ts'
import { checkAccounts } from './accounts.ts'
import { checkCredential, checkJob } from './caller.ts'
import type { Finding } from './finding.ts'
import { checkGateway } from './gateway.ts'
import { checkIssuers, checkSigningKeys } from './issuers.ts'
import { checkKeys } from './keys.ts'
import { listed, type Reader } from './reader.ts'

const indent = ' '.repeat(23)

const linesOf = (text: string): string => text.split('\n').map(say).join(`\n${indent}`)

const inWords = ({ state, check, message, next }: Finding): string => {
  const line = `${state.padEnd(4)}  ${check.padEnd(15)}  ${linesOf(message)}`
  return next === null ? line : `${line}\n${indent}${linesOf(next)}`
}

const failed = (findings: readonly Finding[], check: string): boolean =>
  findings.some((finding) => finding.check === check && finding.state === 'fail')

// A token may be there and no longer be good: only an answer shows it.
const enterBy = async ({ token }: Connection, reader: Reader): Promise<string> => {
  const text = await token()
  await listed(reader, 'namespaces.list', { limit: 1 })
  return text
}

const examine = async (cli: Cli, url: string | undefined) => {
  const connection = await connect(cli, url === undefined ? {} : { url })
  const findings: Finding[] = []
  const note = async (what: string, check: Promise<readonly Finding[]>) => {
    cli.detail(`looking at ${what} …`)
    findings.push(...(await check))
  }
  const origin = connection.url
  await note('the gateway', checkGateway(cli, origin))
  const answers = findings.length > 1
  if (answers) await note('its keys', checkKeys(cli, origin))
  await note('this job', checkJob(cli, origin))
  if (answers) {
    const reader = { cli, api: await connectApi(cli, url), url: origin }
    const enter = () => enterBy(connection, reader)
    await note('your credential', checkCredential(cli, connection.settings, enter))
    if (!failed(findings, 'credential')) {
      await note('issuers', checkIssuers(reader))
      await note('signing keys', checkSigningKeys(reader))
      await note('accounts', checkAccounts(reader))
    }
  }
  return { url: origin, answers, findings }
}

/** `gatehouse doctor`: what works, what does not, and what to do; it changes nothing. */
export const registerDoctor: Register = (program, cli) => {
  const command = program
    .command('doctor')
    .description('check the gateway, your credential and what is configured; changes nothing')
  withSettings(command, 'url').action(async ({ url: wanted }: { readonly url?: string }) => {
    const { url, answers, findings } = await examine(cli, wanted)
    const found = findings.filter(({ state }) => state === 'warn' || state === 'fail').length
    cli.print({ url, found, checks: findings }, () => findings.map(inWords).join('\n'))
    if (!answers) throw new ProgramEnded(exitCodes.unavailable)
    if (found > 0) throw new ProgramEnded(exitCodes.findings)
  })
}
