import { isAtOrBelow } from '../../core/namespace.ts'
import { issuerUrlOf, presetOf } from '../../policy-file/policy.ts'
import { CliFailure } from '../cli.ts'
import type { Connection } from '../session/connect.ts'
import type { PolicyFile } from './files.ts'

const most = 200

const registered = async ({ api }: Connection) => {
  const { data } = await api.GET('/admin/v1/issuers', { params: { query: { limit: most } } })
  return data?.data ?? []
}

/**
 * Refuses policies whose file names a preset that the gateway has not registered their issuer with:
 * what was tried offline would have held the tokens to gates that the gateway does not know.
 */
export const refuseOtherPresets = async (
  connection: Connection,
  files: readonly PolicyFile[],
): Promise<void> => {
  const issuers = await registered(connection)
  const wrong = files.flatMap(({ path, accounts }) =>
    accounts.flatMap(({ account, policies, locate }) =>
      policies.flatMap((policy, at) => {
        const said = presetOf(policy)
        const url = issuerUrlOf(policy)
        const known = issuers.find(
          ({ issuer, namespace }) => issuer === url && isAtOrBelow(account.namespace, namespace),
        )
        if (!said.ok || said.value === null || known === undefined) return []
        if (known.preset === said.value.id) return []
        const { line, column } = locate(`/policies/${at}`)
        const there = known.preset ?? 'no preset'
        return [
          `${path}:${line}:${column}: judged by ${said.value.id}, registered with ${there}: ${url}`,
        ]
      }),
    ),
  )
  if (wrong.length === 0) return
  throw new CliFailure('findings', {
    code: 'preset_differs',
    message: `the gateway judges otherwise than these files were tried:\n${wrong.join('\n')}`,
    next: 'write the preset that the issuer is registered with (null: none), and run policy test again',
  })
}
