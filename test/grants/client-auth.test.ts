import { expect, it } from 'vitest'
import type { VersionedKey } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import type { AccountConfig } from '../../src/core/account-config.ts'
import { hashSecret } from '../../src/crypto/secret-hash.ts'
import { authenticateClient } from '../../src/grants/client-auth.ts'
import type { ClientCredential } from '../../src/grants/grant.ts'
import { account, configWith } from '../core/account-config.ts'
import { versionedKey } from '../crypto/versioned-key.ts'

const pepper = versionedKey(1, 0x11)
const later = versionedKey(2, 0x22)
const context = (...secretPeppers: readonly VersionedKey[]) =>
  ({ config: { secretPeppers }, nowMs: 0 }) as unknown as Context

const stored = async (id: string) => ({ id, ...(await hashSecret(id, [pepper])), expiresAt: 1 })

/** How many HMACs are made while a credential is judged by each of these in turn. */
const hmacs = async (configs: readonly AccountConfig[], context: Context): Promise<number> => {
  const { sign } = crypto.subtle
  let made = 0
  crypto.subtle.sign = (...args: Parameters<typeof sign>) => {
    made += 1
    return sign.apply(crypto.subtle, args)
  }
  const credential: ClientCredential = {
    kind: 'secret',
    secret: 'wrong',
    method: 'client_secret_post',
  }
  try {
    for (const config of configs) {
      const proof = await authenticateClient(context, config, credential)
      expect(proof.ok).toBe(false)
    }
  } finally {
    crypto.subtle.sign = sign
  }
  return made
}

// Counted, not timed: neither the account, nor its secrets, nor that the isolate remembers it (and
// so judges twice) may show in the time of a refusal (R17, R21).
it('hashes once under each pepper, whoever is named and however often it is judged', async () => {
  const one = configWith({ secrets: [await stored('one')] })
  const two = configWith({ secrets: [await stored('one'), await stored('two')] })
  const disabled = configWith({ ...one, account: { ...account, enabled: false } })
  const nobody = configWith({ account: null, secrets: [] })
  for (const config of [nobody, one, two, disabled, configWith()]) {
    expect(await hmacs([config], context(pepper))).toBe(1)
    expect(await hmacs([config, config], context(pepper))).toBe(1)
    expect(await hmacs([config, config], context(pepper, later))).toBe(2)
  }
})

it('judges by what was read last', async () => {
  const credential: ClientCredential = {
    kind: 'secret',
    secret: 'two',
    method: 'client_secret_post',
  }
  for (const [id, ok] of [
    ['one', false],
    ['two', true],
    ['one', false],
  ] as const) {
    const config = configWith({ secrets: [await stored(id)] })
    expect((await authenticateClient(context(pepper), config, credential)).ok).toBe(ok)
  }
})
