import { CliFailure } from '../cli.ts'
import type { SettingName } from './table.ts'

/** Tells that only the sources name this gateway, and that nothing was sent there. */
export const unconfirmedUrl = (url: string, from: string): CliFailure =>
  new CliFailure('usage', {
    code: 'unconfirmed_url',
    message: `only ${from} names the gateway ${url}, and whoever changes the sources may change that: no credential is sent there`,
    next: `if that is your gateway, say so once: --url ${url}, GATEHOUSE_URL, url: in your own config.yaml, or gatehouse login --url ${url}`,
    details: { url, from },
  })

const platforms = ['auto', 'github', 'gitlab', 'buildkite', 'circleci']

/** Refuses what a file of the sources may not say: which files and variables hold identity tokens. */
export const refuseReach = (name: SettingName, value: string, from: string): void => {
  if (name !== 'provider' || platforms.includes(value)) return
  throw new CliFailure('usage', {
    code: 'settings_file',
    message: `provider in ${from} is not the name of a platform, expected one of ${platforms.join(', ')}`,
    next: 'say env:NAME, file:PATH or stdin by --provider or GATEHOUSE_PROVIDER',
  })
}
