import { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectC401, expectIssued, expectS400 } from '../support/expect.ts'
import { flood } from '../support/flood.ts'
import { snapshot } from '../support/snapshot.ts'

const house = useHouse({ faultyDatabase: true })

/** What strangers could have left behind. */
async function traces(): Promise<unknown> {
  const { gateway } = house()
  return { tables: await snapshot(gateway), kv: (await gateway.kv.keys()).sort() }
}

/** Runs a flood, and expects that it changes nothing and costs one read per request at most. */
async function expectNothingKept(
  requests: number,
  attack: () => Promise<readonly Response[]>,
): Promise<readonly Response[]> {
  const { gateway } = house()
  const [before, lines] = [await traces(), gateway.logs.length]
  const read = gateway.database.requests()
  const asked = gateway.issuers.requests.length
  const answers = await attack()
  await vi.waitFor(() => expect(gateway.logs.length).toBeGreaterThanOrEqual(lines + requests))
  expect(gateway.database.requests() - read).toBeLessThanOrEqual(requests)
  expect(gateway.issuers.requests.slice(asked)).toEqual([])
  expect(await traces()).toEqual(before)
  return answers
}

describe('state that strangers make: none', () => {
  test('AC-365 500 random client ids with secrets', async () => {
    const { gateway } = house()
    const answers = await expectNothingKept(500, () =>
      flood(500, () =>
        gateway.token({
          grant_type: 'client_credentials',
          client_id: randomUUID(),
          client_secret: randomUUID(),
        }),
      ),
    )
    for (const answer of answers) await expectC401(answer)
  })

  test('AC-365 500 random client ids with good tokens', async () => {
    const { gateway, BR } = house()
    const answers = await expectNothingKept(500, () =>
      flood(500, () => gateway.token(BR({ client_id: randomUUID() }))),
    )
    for (const answer of answers) await expectS400(answer)
  })

  test('AC-365 200 tokens whose signature is not F1’s', async () => {
    const { gateway, BR, claims } = house()
    const { a, evil } = gateway.issuers
    await expectIssued(await gateway.token(BR()))
    const answers = await expectNothingKept(200, () =>
      flood(200, () =>
        gateway.token(BR({ subject_token: a.mint(claims(), { kid: 'a1' }, evil.key) })),
      ),
    )
    for (const answer of answers) await expectS400(answer)
  })
})

describe('who exists', () => {
  /** An answer without what differs from request to request. */
  async function shape(response: Response): Promise<unknown> {
    const headers = [...response.headers].filter(([name]) => name !== 'date')
    const text = (await response.text()).replace(/dec_[0-9a-z]+/, 'dec_')
    return [response.status, headers, text]
  }

  test('AC-368 200 good tokens for accounts that do not exist', async () => {
    const { gateway, BR, BT } = house()
    const mismatch = BT({ repository_id: '2002' })
    const known = await shape(await gateway.token(BR({ subject_token: mismatch })))
    // The mismatch was verified, and is recorded behind the answer's back.
    await vi.waitFor(async () => {
      const { rows } = await gateway.db.execute("SELECT 1 FROM decisions WHERE outcome = 'refused'")
      expect(rows).toHaveLength(1)
    })
    const token = BT()
    const answers = await expectNothingKept(200, () =>
      flood(200, () => gateway.token(BR({ subject_token: token, client_id: randomUUID() }))),
    )
    for (const answer of answers) expect(await shape(answer)).toEqual(known)
  })
})
