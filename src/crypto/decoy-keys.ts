import type { AssertionAlgorithm } from '../core/account-key.ts'
import type { UsableKey } from './usable-keys.ts'

// Real public keys whose private halves were never kept. Nothing that they verify is believed.
const rsa = {
  kty: 'RSA',
  e: 'AQAB',
  n: [
    '00_jcRmLe2MoV9Pldnncqgq2-J_sPNURo8_ZuZ2z2GNFSy_jYnhXwOLldvTrhWZ907anrnAYOtT5b1qj3wAf',
    'uwzlDxdQ4XkEsJzyj07PYDujBaBLDTeUqUo3Dxj6dhATHVhLDEa0e9fqdp-C0xZLurk8OYSq554g2BIh8Ru5',
    'TplWGfE7xGHQ9RZPgDHyjOA-Blg1z8RdN6JYJJ1kL1ZU4RHB007Kcg9Ggs6jvIUfNeu4UI-nBhzTt26sek2f',
    'huWhuE6_er6JdNvkdVpEp_-l6wWiX3m4FfopPIWpReN5sTsaLFxZLFJSWTKP3rWVyt1KDodoICqRGa9-urez',
    'exuDFw',
  ].join(''),
}

const decoys: Readonly<Record<AssertionAlgorithm, UsableKey['jwk']>> = {
  RS256: rsa,
  PS256: rsa,
  ES256: {
    kty: 'EC',
    crv: 'P-256',
    x: 'JDFFckO1pO4WwBbUkShpAbuR16mPxiQBSpA4aFhNS0g',
    y: 'JMkGF3FmQe-9b_XJzcmqojHSJEl28_JBtxaXPXiZZQs',
  },
  ES384: {
    kty: 'EC',
    crv: 'P-384',
    x: 'Njcbi0t-57nxscVa2Ek79IOpzr2Q06guihTnZHkHOHlEGaMncstQdnvqxlyKkEtt',
    y: 'IyyAAIjNcrsKNoWlFS7yB46Lxdbl_92nnKrQE4ewQG3kUn-v8xo38068yOL8vjyG',
  },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', x: '7ClBM0lqu5S4hjiNVeQZZO5OB8XMJDTur2PX4n0UzpE' },
}

/**
 * A key that belongs to nobody, to check a signature with where there is no other: that a client is
 * unknown, or lacks such a key, must not show in the time it takes (R17). A new object each time,
 * for keys are imported once per object, and a key just read would have to be.
 */
export const decoyKey = (algorithm: AssertionAlgorithm): UsableKey => ({
  kid: undefined,
  jwk: decoys[algorithm],
})
