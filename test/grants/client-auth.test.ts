import { expect, it } from 'vitest'
import type { Context } from '../../src/context.ts'
import type { AccountConfig } from '../../src/core/account-config.ts'
import { hashSecret } from '../../src/crypto/secret-hash.ts'
import { authenticateClient } from '../../src/grants/client-auth.ts'
import type { ClientCredential } from '../../src/grants/grant.ts'
import { account, configWith } from '../core/account-config.ts'
import { versionedKey } from '../crypto/versioned-key.ts'

const pepper = versionedKey(1, 0x11)
const context = { config: { secretPeppers: [pepper] }, nowMs: 0 } as unknown as Context

const stored = async (id: string) => ({ id, ...(await hashSecret(id, [pepper])), expiresAt: 1 })

/** How many digests are compared while a credential is judged by each of these in turn. */
const comparisons = async (configs: readonly AccountConfig[]): Promise<number> => {
  const { verify } = crypto.subtle
  let verified = 0
  crypto.subtle.verify = (...args: Parameters<typeof verify>) => {
    verified += 1
    return verify.apply(crypto.subtle, args)
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
    crypto.subtle.verify = verify
  }
  return verified
}

// Counted, not timed: neither the account, nor its secrets, nor that the isolate remembers it (and
// so judges twice) may show in the time of a refusal (R17, R21).
it('compares two digests, whoever is named and however often it is judged', async () => {
  const one = configWith({ secrets: [await stored('one')] })
  const two = configWith({ secrets: [await stored('one'), await stored('two')] })
  const disabled = configWith({ ...one, account: { ...account, enabled: false } })
  const nobody = configWith({ account: null, secrets: [] })
  expect(await comparisons([nobody])).toBe(2)
  for (const config of [one, two, disabled, configWith()]) {
    expect(await comparisons([config])).toBe(2)
    expect(await comparisons([config, config])).toBe(2)
  }
})

it('compares again what has changed between two readings', async () => {
  const before = configWith({ secrets: [await stored('one')] })
  const after = configWith({ secrets: [await stored('two')] })
  expect(await comparisons([before, after])).toBe(3)
})
