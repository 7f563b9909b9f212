import type { ExchangeRequest } from '../../pipeline/exchange.ts'
import { type Patience, patienceOfPeople } from '../../pipeline/retry.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { required, type Settings, scopesOf } from '../settings/settings.ts'

/** What the settings ask the gateway for. */
export const requestOf = (settings: Settings): Omit<ExchangeRequest, 'clientId'> => {
  const { audience } = settings
  return {
    url: required(settings, 'url'),
    scopes: scopesOf(settings),
    ...(audience !== undefined && { audience: audience.value }),
  }
}

/** How long the settings let us wait: a person is told soon, a job says `--timeout 60`. */
export const patienceOf = (cli: Pick<Cli, 'say'>, { timeout }: Settings): Patience => {
  const seconds = timeout === undefined ? patienceOfPeople.timeoutSeconds : Number(timeout.value)
  if (!(seconds >= 1 && seconds <= 600)) {
    throw new CliFailure('usage', {
      code: 'bad_input',
      message: `${timeout?.from} is not a number of seconds, expected 1 to 600`,
      next: 'write --timeout 60',
    })
  }
  const onRetry: Patience['onRetry'] = (failure, wait) =>
    cli.say(`${failure.message}; trying again in ${wait.toFixed(1)} s`)
  return { ...patienceOfPeople, timeoutSeconds: seconds, onRetry }
}
