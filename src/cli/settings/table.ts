import type { Result } from '../../core/result.ts'
import { ok } from '../../core/result.ts'
import type { Failure } from '../../pipeline/failure.ts'
import { readClientId, readGatewayUrl } from '../../pipeline/input.ts'

/** How one setting is written, wherever it comes from. */
export interface SettingForm {
  readonly flag: string
  readonly variable: string
  /** In `gatehouse.yaml` and the user's `config.yaml`. */
  readonly key: string
  readonly about: string
  readonly read: (text: string, name: string) => Result<string, Failure>
}

/** Takes a value as it was written. */
export const asItIs = (text: string): Result<string, Failure> => ok(text)

/** Every setting. What is said last wins: default, user, project, environment, flag. */
export const settingTable = {
  url: {
    flag: '--url',
    variable: 'GATEHOUSE_URL',
    key: 'url',
    about: "the gateway's origin",
    read: readGatewayUrl,
  },
  clientId: {
    flag: '--client-id',
    variable: 'GATEHOUSE_CLIENT_ID',
    key: 'client_id',
    about: 'the service account, cli_…',
    read: readClientId,
  },
  audience: {
    flag: '--audience',
    variable: 'GATEHOUSE_AUDIENCE',
    key: 'audience',
    about: 'the API that tokens are for',
    read: asItIs,
  },
  scopes: {
    flag: '--scope',
    variable: 'GATEHOUSE_SCOPES',
    key: 'scopes',
    about: 'what to ask for, parted by spaces',
    read: asItIs,
  },
  namespace: {
    flag: '--namespace',
    variable: 'GATEHOUSE_NAMESPACE',
    key: 'namespace',
    about: 'where to look and to make things, /acme/payments',
    read: asItIs,
  },
  policies: {
    flag: '--policies',
    variable: 'GATEHOUSE_POLICIES',
    key: 'policies',
    about: 'where the policy files are',
    read: asItIs,
  },
  provider: {
    flag: '--provider',
    variable: 'GATEHOUSE_PROVIDER',
    key: 'provider',
    about: 'where identity tokens come from',
    read: asItIs,
  },
  timeout: {
    flag: '--timeout',
    variable: 'GATEHOUSE_TIMEOUT',
    key: 'timeout',
    about: 'seconds to wait in all',
    read: asItIs,
  },
} as const satisfies Readonly<Record<string, SettingForm>>

export type SettingName = keyof typeof settingTable
