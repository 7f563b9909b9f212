import { calculateJwkThumbprint, decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeSecretAccount } from '../clients/setting.ts'
import { useHouse } from '../support/attack.ts'
import { DOORS, now } from '../support/baseline.ts'
import type { SecretAccount } from '../support/callers.ts'
import { bare, expectBadProof, loggedReason, type ProofChanges, proof } from '../support/dpop.ts'
import { expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import { jws } from '../support/jws.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey, type TestKey } from '../support/keys.ts'
import { exchangeForm, makeToken } from '../support/named-tokens.ts'
import { settings } from '../support/settings.ts'

type Form = Record<string, string | undefined>

const house = useHouse()

let key: TestKey
let account: SecretAccount

beforeAll(async () => {
  key = await makeEcKey('k1')
  account = await makeSecretAccount(house(), 'prover')
})

const login = (): Form => ({
  grant_type: 'client_credentials',
  client_id: account.client_id,
  client_secret: account.client_secret,
  resource: API_1,
})

const ask = (dpop: string, form = login()): Promise<Response> =>
  house().gateway.token(form, { headers: { dpop } })

const bindingOf = (token: string): unknown => decodeJwt(token).cnf
const boundBy = async ({ jwk }: TestKey) => ({ jkt: await calculateJwkThumbprint(jwk as object) })

describe('a token is bound', () => {
  test('by each grant', async () => {
    const { deployer, BT } = house()
    const named = await makeToken(house(), deployer)
    const forms: Form[] = [
      login(),
      ...DOORS.map((door) => ({ ...door.form(BT()), client_id: deployer.client_id })),
      exchangeForm(deployer.client_id, named.token) as Form,
    ]
    for (const form of forms) {
      const { access_token } = await expectIssued(await ask(proof(key), form), 'DPoP')
      expect(bindingOf(access_token)).toEqual(await boundBy(key))
    }
  })

  test('by keys of each kind', async () => {
    const keys = await Promise.all([makeEd25519Key('ed'), makeRsaKey('r2'), makeRsaKey('r4', 4096)])
    for (const each of keys) {
      const { access_token } = await expectIssued(await ask(proof(each)), 'DPoP')
      expect(bindingOf(access_token)).toEqual(await boundBy(each))
    }
  })

  test('not without a proof', async () => {
    const { access_token } = await expectIssued(await house().gateway.token(login()))
    expect(bindingOf(access_token)).toBeUndefined()
  })

  test('at each alias, by a proof for that address alone', async () => {
    const { gateway } = house()
    const paths = ['/oauth/token', '/v1/serviceaccounts/token', '/api/m2m/oauth/token']
    for (const path of paths) {
      for (const named of paths) {
        const htu = `${settings.issuerUrl}${named}`
        const response = await gateway.fetch(path, {
          method: 'POST',
          headers: { dpop: proof(key, { claims: { htu } }) },
          body: new URLSearchParams(login() as Record<string, string>),
        })
        if (path === named) await expectIssued(response, 'DPoP')
        else await expectBadProof(response)
      }
    }
  })

  test('AC-263 not by the cnf of a CI token', async () => {
    const { gateway, BR, BT } = house()
    const subject_token = BT({ cnf: { jkt: 'x' } })
    const { access_token } = await expectIssued(await gateway.token(BR({ subject_token })))
    expect(bindingOf(access_token)).toBeUndefined()
  })
})

const good: Readonly<Record<string, () => ProofChanges>> = {
  'scheme and host in capitals': () => ({ claims: { htu: 'HTTPS://GW.TEST/oauth/token' } }),
  'the usual port': () => ({ claims: { htu: 'https://gw.test:443/oauth/token' } }),
  'a query and a fragment': () => ({ claims: { htu: 'https://gw.test/oauth/token?a=/#b?c' } }),
  'what needs no escape escaped': () => ({ claims: { htu: 'https://gw.test/oauth/%74oken' } }),
  'dot segments': () => ({ claims: { htu: 'https://gw.test/oauth/./x/../token' } }),
  'a minute ago, nearly': () => ({ claims: { iat: now() - 50 } }),
  'in a minute, nearly': () => ({ claims: { iat: now() + 50 } }),
  'a fraction of a second': () => ({ claims: { iat: now() + 0.5 } }),
  'a long jti': () => ({ claims: { jti: `${now()}`.padEnd(255, 'j') } }),
  'a nonce that nobody gave it': () => ({ claims: { nonce: 'n' } }),
  'a hash of a token that is not there': () => ({ claims: { ath: 'x' } }),
  'exp and nbf around now': () => ({ claims: { exp: now() + 30, nbf: now() - 1 } }),
  'a type in full': () => ({ header: { typ: 'application/dpop+jwt' } }),
  'a key with its names': () => ({ header: { jwk: key.jwk, kid: 'k1' } }),
}

describe('a proof is accepted with', () => {
  test.each(Object.keys(good))('%s', async (name) => {
    await expectIssued(await ask(proof(key, good[name]?.())), 'DPoP')
  })
})

const smallOrder = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: Buffer.alloc(32).fill(1, 0, 1).toString('base64url'),
}

const bad: Readonly<Record<string, readonly [string, () => Promise<string> | string]>> = {
  'nothing at all': ['proof_malformed', () => ''],
  'no JWS': ['proof_malformed', () => 'proof'],
  'two proofs': ['proof_malformed', () => `${proof(key)}, ${proof(key)}`],
  'the same proof twice': ['proof_malformed', () => Array(2).fill(proof(key)).join(', ')],
  'too much': ['proof_malformed', () => proof(key, { claims: { pad: 'x'.repeat(3000) } })],
  'a repeated member': [
    'proof_malformed',
    () =>
      jws({
        header: { typ: 'dpop+jwt', alg: 'ES256', jwk: bare(key) },
        payload: `{"jti":"a","jti":"b","htm":"POST","htu":"${settings.issuerUrl}/oauth/token","iat":${now()}}`,
        signer: key,
      }),
  ],
  'another spelling': ['proof_malformed', () => respelled(proof(key))],
  'no type': ['proof_header', () => proof(key, { header: { typ: undefined } })],
  'another type': ['proof_header', () => proof(key, { header: { typ: 'JWT' } })],
  'the type of our tokens': ['proof_header', () => proof(key, { header: { typ: 'at+jwt' } })],
  'no algorithm': ['proof_header', () => proof(key, { header: { alg: 'none' } })],
  'a symmetric algorithm': ['proof_header', () => proof(key, { header: { alg: 'HS256' } })],
  'an algorithm that is not offered': [
    'proof_header',
    async () => proof(await makeEcKey('k', 'ES384')),
  ],
  crit: ['proof_header', () => proof(key, { header: { crit: ['exp'], exp: now() + 9 } })],
  b64: ['proof_header', () => proof(key, { header: { b64: true } })],
  cty: ['proof_header', () => proof(key, { header: { cty: 'JWT' } })],
  'no key': ['proof_key', () => proof(key, { header: { jwk: undefined } })],
  'a key by reference': [
    'proof_key',
    () => proof(key, { header: { jwk: undefined, kid: 'k1', jku: 'https://issuer-a.test/' } }),
  ],
  'its private key': ['proof_key', () => proof(key, { header: { jwk: key.privateJwk } })],
  'a symmetric key': ['proof_key', () => proof(key, { header: { jwk: { kty: 'oct', k: 'AA' } } })],
  'a key for something else': [
    'proof_key',
    () => proof(key, { header: { jwk: { ...bare(key), use: 'enc' } } }),
  ],
  'a key of another algorithm': [
    'proof_key',
    async () => proof(key, { header: { jwk: bare(await makeEd25519Key('e')) } }),
  ],
  'a key that lacks a member': [
    'proof_key',
    () => proof(key, { header: { jwk: { ...bare(key), y: undefined } } }),
  ],
  'a key that is on no curve': [
    'proof_key',
    () => proof(key, { header: { jwk: { ...bare(key), y: bare(key).x } } }),
  ],
  'a short RSA key': ['proof_key', async () => proof(await makeRsaKey('r1', 1024))],
  'a long RSA key': ['proof_key', async () => proof(await makeRsaKey('r5', 4608))],
  'a dear exponent': [
    'proof_key',
    async () => {
      const rsa = await makeRsaKey('r')
      return proof(rsa, { header: { jwk: { ...bare(rsa), e: bare(rsa).n } } })
    },
  ],
  'a point of small order': [
    'proof_key',
    async () => proof(await makeEd25519Key('e'), { header: { jwk: smallOrder } }),
  ],
  'no jti': ['proof_id', () => proof(key, { claims: { jti: undefined } })],
  'an empty jti': ['proof_id', () => proof(key, { claims: { jti: '' } })],
  'a jti with a space': ['proof_id', () => proof(key, { claims: { jti: 'a b' } })],
  'a jti beyond ASCII': ['proof_id', () => proof(key, { claims: { jti: 'ä' } })],
  'a number as jti': ['proof_id', () => proof(key, { claims: { jti: 7 } })],
  'a jti that is too long': ['proof_id', () => proof(key, { claims: { jti: 'j'.repeat(256) } })],
  'no method': ['proof_method', () => proof(key, { claims: { htm: undefined } })],
  'another method': ['proof_method', () => proof(key, { claims: { htm: 'GET' } })],
  'the method in small letters': ['proof_method', () => proof(key, { claims: { htm: 'post' } })],
  'no URL': ['proof_url', () => proof(key, { claims: { htu: undefined } })],
  'two URLs': ['proof_url', () => proof(key, { claims: { htu: [settings.issuerUrl] } })],
  ...Object.fromEntries(
    [
      settings.issuerUrl,
      '/oauth/token',
      'https://gw.test/oauth/token/',
      'https://gw.test//oauth/token',
      'https://gw.test/OAuth/token',
      'https://gw.test/oauth%2Ftoken',
      'https://gw.test/oauth\\token',
      'https://gw.test/oauth/token ',
      ' https://gw.test/oauth/token',
      'https://gw.test/oauth/\ttoken',
      'http://gw.test/oauth/token',
      'https://gw.test:8443/oauth/token',
      'https://gw.test:0443/oauth/token',
      'https://gw.test./oauth/token',
      'https://x@gw.test/oauth/token',
      'https://gw.test.evil.test/oauth/token',
      'https://evil.test/oauth/token#https://gw.test/oauth/token',
      'https:gw.test/oauth/token',
      'https:///gw.test/oauth/token',
      'https://ɡw.test/oauth/token',
    ].map((htu) => [
      `the URL ${JSON.stringify(htu)}`,
      ['proof_url', () => proof(key, { claims: { htu } })] as const,
    ]),
  ),
  'no time': ['proof_time', () => proof(key, { claims: { iat: undefined } })],
  'a time as text': ['proof_time', () => proof(key, { claims: { iat: `${now()}` } })],
  'an old time': ['proof_time', () => proof(key, { claims: { iat: now() - 65 } })],
  'a time to come': ['proof_time', () => proof(key, { claims: { iat: now() + 65 } })],
  milliseconds: ['proof_time', () => proof(key, { claims: { iat: Date.now() } })],
  'an exp that is over': ['proof_time', () => proof(key, { claims: { exp: now() - 65 } })],
  'an exp that is none': ['proof_time', () => proof(key, { claims: { exp: 'soon' } })],
  'an nbf to come': ['proof_time', () => proof(key, { claims: { nbf: now() + 65 } })],
  'the signature of another key': [
    'proof_signature',
    async () => proof(key, { signer: await makeEcKey('k2') }),
  ],
  'no signature': ['proof_malformed', () => `${proof(key).split('.').slice(0, 2).join('.')}.`],
  'a short signature': [
    'proof_signature',
    () => `${proof(key).split('.').slice(0, 2).join('.')}.AAAA`,
  ],
}

// The last character of 64 bytes has four bits that say nothing.
const respelled = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(text.slice(-1))
  return text.slice(0, -1) + alphabet[last + 1]
}

describe('a proof is refused for', () => {
  test.each(Object.keys(bad))('%s', async (name) => {
    const [reason, make] = bad[name] ?? ['', () => '']
    const response = await ask(await make())
    const why = await loggedReason(house().gateway, response)
    await expectBadProof(response)
    expect(why).toBe(reason)
  })

  test('two headers', async () => {
    const { gateway } = house()
    const headers = new Headers([
      ['dpop', proof(key)],
      ['dpop', proof(key)],
    ])
    await expectBadProof(await gateway.token(login(), { headers }))
  })
})
