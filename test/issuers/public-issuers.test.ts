import { expect, test } from 'vitest'
import { publicIssuers } from '../../src/core/public-issuers.ts'
import { presets } from '../../src/issuers/registry.ts'

test('public issuers are those of the presets that have one', () => {
  const known = presets.filter(({ issuer }) => issuer !== null)
  expect(publicIssuers).toEqual(
    Object.fromEntries(known.map(({ family, issuer }) => [family, issuer])),
  )
})
