import { unverifiedClaims } from '../../pipeline/credential.ts'
import { findIdToken } from '../../pipeline/id-token/find.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { adminIdentity } from '../session/credentials.ts'
import type { Settings } from '../settings/settings.ts'
import { type Finding, fail, good, skip, warn } from './finding.ts'

const idTokenMs = 8000

/** In a CI job: whether it can show who it is. The token itself goes nowhere. */
export const checkJob = async (cli: Cli, url: string): Promise<readonly Finding[]> => {
  const source = findIdToken({ audience: url }, cli)
  if (!source.ok) {
    if (!cli.env.CI) return []
    return [warn('id_token', [source.error.message, source.error.next])]
  }
  const token = await source.value.get(idTokenMs)
  if (!token.ok) return [fail('id_token', [token.error.message, token.error.next])]
  const issuer = unverifiedClaims(token.value)?.iss
  return [good('id_token', `${source.value.name} gives this job an identity token of ${issuer}`)]
}

const nameOf = async (cli: Cli, settings: Settings): Promise<string> => {
  if (cli.env.GATEHOUSE_TOKEN) return 'the variable GATEHOUSE_TOKEN'
  const { name, clientId } = await adminIdentity(cli, settings)
  return `${name}, as ${clientId}`
}

/** The credential: what was found, and whether it opens the door. */
export const checkCredential = async (
  cli: Cli,
  settings: Settings,
  enter: () => Promise<string>,
): Promise<readonly Finding[]> => {
  try {
    const name = await nameOf(cli, settings)
    const claims = unverifiedClaims(await enter())
    const found = good('credential', `found ${name}`)
    if (claims === null) return [found, skip('rights', 'a named token does not say what it may do')]
    const { scope, authorization_details: details } = claims
    const held = Array.isArray(details)
      ? details.length
      : String(scope ?? '')
          .split(' ')
          .filter(Boolean).length
    if (held > 0) return [found, good('rights', `${held} permission(s) or grants in the token`)]
    return [
      found,
      fail('rights', ['the token may do nothing', 'bind a role: docs/administration.md']),
    ]
  } catch (thrown) {
    if (!(thrown instanceof CliFailure)) throw thrown
    return [fail('credential', [thrown.message, thrown.next])]
  }
}
