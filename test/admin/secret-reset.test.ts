import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectC401, expectIssued, expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import type { Made } from '../support/maker.ts'
import { type Secrets, type Shown, secretsOf, useSecrets } from './secrets.ts'

const dayMs = 86_400_000

let gateway: Gateway
let secrets: Secrets

beforeAll(async () => {
  gateway = await startGateway()
  secrets = await useSecrets(gateway)
})

afterAll(() => gateway.close())

describe('a reset', () => {
  test('ends all others at once', async () => {
    const account = await secrets.account()
    const before = [await secrets.add(account), await secrets.add(account)]
    const shown = await secrets.reset(account, { expires_in_days: 7 })
    for (const old of before) await expectC401(await secrets.login(old))
    await expectIssued(await secrets.login(shown))
    expect((await secrets.list(account)).map(({ id }) => id)).toEqual([shown.id])
    const lifeMs = Date.parse(shown.expires_at) - Date.parse(String(shown.created_at))
    expect(lifeMs).toBe(7 * dayMs)
  })

  test('needs no body, as a new secret needs none', async () => {
    const account = await secrets.account()
    for (const path of [secretsOf(account), `${secretsOf(account)}:reset`]) {
      expect((await gateway.admin('POST', path)).status).toBe(201)
    }
    expect(await secrets.list(account)).toHaveLength(1)
  })

  test('with a grace lets the old one live on so long', async () => {
    const account = await secrets.account()
    const old = await secrets.add(account)
    const shown = await secrets.reset(account, { grace_seconds: 600 })
    for (const each of [old, shown]) await expectIssued(await secrets.login(each))
    const [kept, current] = await secrets.list(account)
    expect([kept?.id, current?.id]).toEqual([old.id, shown.id])
    const graceMs = Date.parse(String(kept?.expires_at)) - Date.parse(String(shown.created_at))
    expect(graceMs).toBe(600_000)
    expect(current?.expires_at).toBe(shown.expires_at)
  })

  test('with a grace does not lengthen a life', async () => {
    const account = await secrets.account()
    const old = await secrets.add(account, { expires_in_days: 1 })
    await secrets.reset(account, { grace_seconds: 604_800 })
    expect((await secrets.list(account))[0]).toMatchObject({
      id: old.id,
      expires_at: old.expires_at,
    })
  })

  test('with a grace keeps the newer of two, however lately a leaked old one was used', async () => {
    const account = await secrets.account()
    const [leaked, newer] = [await secrets.add(account), await secrets.add(account)]
    await expectIssued(await secrets.login(leaked))
    await vi.waitFor(async () =>
      expect((await secrets.list(account))[0]?.last_used_at).not.toBeNull(),
    )
    const shown = await secrets.reset(account, { grace_seconds: 600 })
    expect((await secrets.list(account)).map(({ id }) => id)).toEqual([newer.id, shown.id])
    await expectIssued(await secrets.login(newer))
    await expectC401(await secrets.login(leaked))
  })

  test('with a grace brings none back that was switched off', async () => {
    const account = await secrets.account()
    const old = await secrets.add(account)
    await secrets.switchTo(account, false)
    const shown = await secrets.reset(account, { grace_seconds: 600 })
    await expectC401(await secrets.login(old))
    await expectIssued(await secrets.login(shown))
  })

  test('may change the client id too', async () => {
    const account = await secrets.account()
    const old = await secrets.add(account)
    await expectIssued(await secrets.login(old))
    const shown = await secrets.reset(account, { rotate_client_id: true })
    expect(shown.client_id).toMatch(/^cli_[0-9a-z]{26}$/)
    expect(shown.client_id).not.toBe(old.client_id)
    expect(shown.client_id_issued_at * 1000).toBeLessThanOrEqual(Date.now())
    const { client_secret } = shown
    for (const each of [old, { ...shown, client_id: old.client_id }]) {
      await expectC401(await secrets.login(each))
    }
    await expectC401(
      await secrets.login({ client_id: shown.client_id, client_secret: old.client_secret }),
    )
    await expectIssued(await secrets.login({ client_id: shown.client_id, client_secret }))
    expect(await secrets.read(account)).toMatchObject({
      client_id: shown.client_id,
      id: account.id,
    })
  })

  test('does not promise the old pair a grace under a new client id', async () => {
    const account = await secrets.account()
    const old = await secrets.add(account)
    const body = { rotate_client_id: true, grace_seconds: 600 }
    const answer = await gateway.admin('POST', `${secretsOf(account)}:reset`, body)
    await expectProblem(answer, 422, 'validation-failed')
    await expectIssued(await secrets.login(old))
  })

  test.each([0, 604_801, 1.5, '600'])('has no grace of %j', async (grace_seconds) => {
    const path = `${secretsOf(await secrets.account())}:reset`
    await expectProblem(await gateway.admin('POST', path, { grace_seconds }), 422)
  })
})

describe('of 50 resets at once', () => {
  const resets = async (account: Made, body: unknown) => {
    const path = `${secretsOf(account)}:reset`
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => gateway.admin('POST', path, body)),
    )
    return Promise.all(
      answers
        .filter(({ status }) => status === 201)
        .map((answer) => answer.json() as Promise<Shown>),
    )
  }

  test('one secret lives, and it was shown', async () => {
    const account = await secrets.account()
    await secrets.add(account)
    const shown = await resets(account, {})
    expect(shown).toHaveLength(50)
    const [live, ...more] = await secrets.list(account)
    expect(more).toEqual([])
    for (const each of shown) {
      const answer = await secrets.login(each)
      if (each.id === live?.id) await expectIssued(answer)
      else expect([401, 429]).toContain(answer.status)
    }
  })

  test('with a grace two live', async () => {
    const account = await secrets.account()
    expect(await resets(account, { grace_seconds: 600 })).toHaveLength(50)
    expect(await secrets.list(account)).toHaveLength(2)
  })

  test('with new client ids the one that is left fits its secret', async () => {
    const account = await secrets.account()
    const shown = await resets(account, { rotate_client_id: true })
    const { client_id } = await secrets.read(account)
    const [live, ...more] = await secrets.list(account)
    expect(more).toEqual([])
    const last = shown.find(({ id }) => id === live?.id)
    expect(last?.client_id).toBe(client_id)
    await expectIssued(await secrets.login(last as Shown))
  })
})
