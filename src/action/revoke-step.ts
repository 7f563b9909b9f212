import { getState, setSecret, warning } from '@actions/core'
import { revoke } from '../pipeline/revoke.ts'
import { harmless, log } from './log.ts'
import type { Runner } from './runner.ts'

/** The post step: revokes what the step got. Whatever happens, the job does not fail for it. */
export const runRevokeStep = async (runner: Runner): Promise<void> => {
  const token = getState('token')
  if (token === '') return
  setSecret(token)
  if (Number(getState('expires-at')) <= runner.now()) {
    log('the token has expired; there is nothing to revoke')
    return
  }
  const issued = { url: getState('url'), clientId: getState('client-id'), token }
  const revoked = await revoke(issued, runner)
  if (revoked.ok) log('the token is revoked')
  else warning(`gatehouse: the token was not revoked: ${harmless(revoked.error.message)}`)
}
