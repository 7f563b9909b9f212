import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import { makeEcKey } from '../support/keys.ts'

const house = useHouse()

/** Resident memory of the Workers that this process runs, in MiB. */
function memory(): number {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  })
  const sizes = children.split('\n').map((pid) => {
    try {
      const status = readFileSync(`/proc/${pid.trim()}/status`, 'utf8')
      return status.includes('workerd') ? Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) : 0
    } catch {
      return 0
    }
  })
  return sizes.reduce((sum, size) => sum + size, 0) / 1024
}

test('inline keys above 8 KiB are refused', async () => {
  const { gateway } = house()
  const { jwk } = await makeEcKey('good')
  const junk = Array.from({ length: 9 }, () => ({ kty: 'x', x: 'x'.repeat(1000) }))
  const answer = await gateway.admin('POST', '/issuers', {
    namespace: '/acme',
    name: 'big',
    issuer: 'https://big.example',
    jwks: { keys: [jwk, ...junk] },
  })
  await expectProblem(answer, 422, 'validation-failed')
})

test('one tenant cannot fill the memory of the isolate, with strangers pulling the trigger', async () => {
  const { gateway, make, account, BT } = house()
  const { jwk } = await makeEcKey('good')
  const junk = Array.from({ length: 5 }, (_, i) => ({
    kty: 'x',
    x: Array.from({ length: 300 }, () => i),
  }))
  for (let i = 0; i < 40; i += 1) {
    await make.issuer(`https://big-${i}.example`, '/acme', { jwks: { keys: [jwk, ...junk] } })
  }
  const accounts: Account[] = []
  for (let i = 0; i < 100; i += 1) accounts.push(await account(`big-${i}`))
  // Nobody has to prove anything: the configuration is kept as soon as a client id is known.
  const ask = async ({ client_id }: Account): Promise<void> => {
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', client_id }
    await gateway.token({ ...form, assertion: BT({ iss: 'https://nobody.example' }) })
  }
  // As many reads of one account, so that garbage is not taken for what is kept.
  const [first] = accounts
  for (const _ of accounts) await ask(first as Account)
  const before = memory()
  for (const each of accounts) await ask(each)
  // An isolate has 128 MB for everything.
  expect(memory() - before, 'MiB kept for 100 accounts').toBeLessThan(64)
}, 60_000)
