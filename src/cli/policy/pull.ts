import type { Command } from 'commander'
import { refText, toRef } from '../../policy-file/format.ts'
import { presetOf } from '../../policy-file/policy.ts'
import { type WrittenPolicy, writePolicyFile } from '../../policy-file/write.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { connect } from '../session/connect.ts'
import { exportOf, type State } from './gateway.ts'

/** A policy with the preset that its issuer is registered with, where the URL does not say it. */
const withPreset = (policy: WrittenPolicy, { issuers = [] }: State): WrittenPolicy => {
  const said = presetOf({ issuer: policy.issuer, preset: undefined })
  if (said.ok && said.value !== null) return policy
  const registered = issuers.find(({ issuer }) => issuer === policy.issuer)
  return registered === undefined ? policy : { ...policy, preset: registered.preset ?? null }
}

/** `gatehouse policy pull`: the policies of an account as a file, on stdout. */
export const registerPull = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('pull')
    .description('print the policies of an account as a policy file')
    .argument('<service-account>', 'its path, like /acme/payments/deploy-bot')
  withSettings(command, 'url').action(async (path: string, options: { url?: string }) => {
    const ref = toRef(path)
    const connection = await connect(cli, flagsOf({ url: options.url }))
    const state = ref && ((await exportOf(connection, ref.namespace)).state as State)
    const account = state?.service_accounts?.find((each) => refText(each) === path)
    if (state === undefined || account === undefined) {
      throw new CliFailure('notFound', {
        code: 'account_not_found',
        message: `there is no service account ${path}, expected a path like /acme/payments/deploy-bot`,
        next: 'correct the path',
      })
    }
    const stored = (account.trust_policies ?? []) as unknown as readonly WrittenPolicy[]
    const policies = stored.map((each) => withPreset(each, state))
    const schemaUrl = `${connection.url}/schemas/trust-policy.v1.json`
    const text = writePolicyFile([{ service_account: path, policies }], { schemaUrl })
    cli.print({ service_account: path, text }, () => text.trimEnd(), 'file')
  })
}
