import { beforeAll, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import { decide, expectLeft, makeWatched, type Watched, wider } from '../support/four-eyes.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let watched: Watched
beforeAll(async () => {
  watched = await makeWatched(house(), '/watched')
})

it('what nobody decided in a week cannot be approved any more', async () => {
  const { gateway } = house()
  const { asker, second, policies, issuer } = watched
  const change = await expectLeft(await asker.call('POST', policies, wider(issuer)))
  const made = Date.parse(String(change.created_at))
  expect(Date.parse(String(change.expires_at)) - made).toBe(7 * 86_400_000)
  // The tokens of the owners are not a week old: the change is.
  await gateway.db.execute({
    sql: 'UPDATE pending_changes SET created_at = ? WHERE id = ?',
    args: [made - 7 * 86_400_000, change.id],
  })
  const read = await second.call('GET', `/pending-changes/${change.id}`)
  expect(((await read.json()) as Made).state).toBe('expired')
  for (const verb of ['approve', 'reject'] as const) {
    await expectProblem(await decide(second, change, verb), 409, 'not-pending')
  }
  const listed = async (state: string) => {
    const answer = await second.call('GET', `/pending-changes?state=${state}`)
    return ((await answer.json()) as { data: Made[] }).data.map(({ id }) => id)
  }
  expect(await listed('expired')).toEqual([change.id])
  expect(await listed('pending')).toEqual([])
})
