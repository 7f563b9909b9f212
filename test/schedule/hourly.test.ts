import { afterEach, expect, test } from 'vitest'
import { duties } from '../../src/schedule/hourly.ts'
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts'

let running: Gateway | undefined

afterEach(() => running?.close())

async function boot(options?: GatewayOptions): Promise<Gateway> {
  running = await startGateway(options)
  return running
}

/** What the duties said in the log, by name. */
const said = ({ logs }: Gateway): Record<string, unknown>[] =>
  logs.filter((line) => line.includes('"duty_')).map((line) => JSON.parse(line))

test.each(['production', 'test'] as const)('the %s entry obeys the clock', async (entry) => {
  const gateway = await boot({ entry })
  await gateway.scheduled()
  await expect
    .poll(() => said(gateway))
    .toEqual(duties.map(({ name }) => expect.objectContaining({ event: 'duty_done', duty: name })))
})

test('a duty that fails says so, and the next hour finds what it left', async () => {
  const gateway = await boot()
  await gateway.db.batch([
    "INSERT INTO spent_assertions (identity, remember_until) VALUES ('x', 1)",
    'ALTER TABLE revocations RENAME TO elsewhere',
  ])
  await gateway.scheduled()
  await expect
    .poll(() => said(gateway))
    .toContainEqual({
      event: 'duty_failed',
      duty: 'purge',
      detail: expect.stringContaining('no such table: revocations'),
    })
  await gateway.db.batch([
    'ALTER TABLE elsewhere RENAME TO revocations',
    "INSERT INTO spent_assertions (identity, remember_until) VALUES ('y', 1)",
  ])
  await gateway.scheduled()
  await expect
    .poll(() => said(gateway))
    .toContainEqual({ event: 'duty_done', duty: 'purge', spent_assertions: 1 })
})

test('without a variable no duty is done, and the run counts as failed', async () => {
  const gateway = await boot({ env: { SECRET_PEPPER: null } })
  await expect(gateway.scheduled()).rejects.toThrow()
  expect(said(gateway)).toEqual([])
})
