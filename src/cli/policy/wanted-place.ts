import { CliFailure } from '../cli.ts'
import type { Connection } from '../session/connect.ts'
import { accountIdOf } from './explain.ts'
import type { WantedPlace } from './suggestion.ts'

/** Finds where a policy is wanted: for an account, or in a namespace for one that is yet to be made. */
export const wantedPlaceOf = async (
  connection: Connection,
  serviceAccount: string | undefined,
): Promise<WantedPlace> => {
  if (serviceAccount !== undefined) {
    return { service_account_id: await accountIdOf(connection, serviceAccount) }
  }
  const namespace = connection.settings.namespace?.value
  if (namespace !== undefined) return { namespace }
  throw new CliFailure('usage', {
    code: 'usage',
    message: 'it is not said for whom, expected --service-account PATH or --namespace PATH',
    next: 'gatehouse policy init --pair --service-account /acme/payments/deploy-bot',
  })
}
