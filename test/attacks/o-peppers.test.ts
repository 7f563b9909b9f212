import { beforeAll, expect, test } from 'vitest'
import { secretsOf } from '../admin/secrets.ts'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import type { Clients } from '../support/clients.ts'
import { expectC401, expectIssued } from '../support/expect.ts'
import { text } from '../support/gateway-bindings.ts'
import { logIn, secretAccount } from '../support/logins.ts'
import { settings } from '../support/settings.ts'

const house = useHouse({ env: { FAILED_AUTH: null } })

const second = `2:${Buffer.alloc(32, 'gatehouse-second-pepper').toString('base64url')}`
const withPeppers = (peppers: string): Promise<Clients> =>
  house().gateway.beside({ SECRET_PEPPER: text(peppers) })

let account: SecretAccount
let both: Clients

beforeAll(async () => {
  account = await secretAccount(house(), 'peppered')
  both = await withPeppers(`${settings.secretPepper},${second}`)
})

const versionOf = async (id: string) => {
  const { rows } = await house().gateway.db.execute({
    sql: 'SELECT pepper_version FROM client_secrets WHERE id = ?',
    args: [id],
  })
  return rows[0]?.pepper_version
}

test('a secret outlives the change to a new pepper, and the next is hashed under that', async () => {
  await expectIssued(await logIn({ gateway: both }, account))
  const answer = await both.admin('POST', secretsOf(account), {})
  expect(answer.status).toBe(201)
  const made = (await answer.json()) as SecretAccount
  expect(await versionOf(made.id)).toBe(2)
  for (const pair of [account, made]) await expectIssued(await logIn({ gateway: both }, pair))
  // A deployment that does not know the new pepper yet cannot know the new secret.
  await expectIssued(await logIn(house(), account))
  await expectC401(await logIn(house(), made))
})

test('a secret ends with its pepper', async () => {
  const after = await withPeppers(second)
  await expectC401(await logIn({ gateway: after }, account))
  await expectIssued(await logIn({ gateway: both }, account))
})

test('a pepper of another value under an old version makes nothing good', async () => {
  const other = second.replace('2:', '1:')
  await expectC401(await logIn({ gateway: await withPeppers(other) }, account))
})
