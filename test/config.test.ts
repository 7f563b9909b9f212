import { describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { settings } from './support/settings.ts'

type Variables = Readonly<Record<string, unknown>>

const keyOf = (version: number, byte: number) =>
  `${version}:${Buffer.alloc(32, byte).toString('base64url')}`
const baseline: Variables = {
  ISSUER_URL: 'https://gw.test',
  LIBSQL_URL: 'libsql://db.test',
  KEY_ENCRYPTION_KEY: settings.keyEncryptionKey,
  SECRET_PEPPER: settings.secretPepper,
}
const parse = (changes: Variables = {}, loopback = false) =>
  parseConfig({ ...baseline, ...changes }, { loopback })
const accepted = (changes: Variables = {}, loopback = false) => {
  const config = parse(changes, loopback)
  if (!config.ok) throw new Error(config.error)
  return config.value
}

describe('with what is required', () => {
  it('has defaults for the rest', () => {
    expect(accepted()).toEqual({
      issuerUrl: 'https://gw.test',
      libsqlUrl: 'libsql://db.test',
      libsqlAuthToken: undefined,
      keyEncryptionKeys: [{ version: 1, bytes: expect.any(Uint8Array) }],
      secretPeppers: [{ version: 1, bytes: expect.any(Uint8Array) }],
      maxSecretDays: 90,
      maxNamedTokenDays: 1095,
      signingKeyDays: 90,
      decisionDays: 90,
      notifyFrom: undefined,
      signingAlgorithm: 'ES256',
      trustedJwksOrigins: [],
      changesPerMinute: 600,
    })
  })

  it('is frozen', () => {
    expect(Object.isFrozen(accepted())).toBe(true)
  })

  it('ignores bindings and variables of others', () => {
    expect(accepted({ REPLAY: {}, PATH: '/bin', SOME_TOKEN: 'x' })).toEqual(accepted())
  })
})

describe('a required variable', () => {
  const required = ['ISSUER_URL', 'LIBSQL_URL', 'KEY_ENCRYPTION_KEY', 'SECRET_PEPPER']

  it.each(required)('%s is named when it is missing', (name) => {
    expect(parse({ [name]: undefined })).toEqual({ ok: false, error: name })
  })

  it.each(
    required.flatMap((name) => [
      [name, ''],
      [name, ' '],
      [name, 7],
      [name, null],
      [name, {}],
    ]),
  )('%s is named when it is %j', (name, value) => {
    expect(parse({ [`${name}`]: value })).toEqual({ ok: false, error: name })
  })

  it.each([undefined, null, 'text', 7])('is missed where the environment is %j', (environment) => {
    expect(parseConfig(environment, { loopback: false }).ok).toBe(false)
  })
})

describe('a malformed value', () => {
  const secret = 'hunter2'
  const malformed: Readonly<Record<string, string>> = {
    ISSUER_URL: `https://gw.test/${secret}`,
    LIBSQL_URL: `mysql://${secret}`,
    KEY_ENCRYPTION_KEY: `1:${secret}`,
    SECRET_PEPPER: `1:${secret}`,
    MAX_SECRET_DAYS: secret,
    SIGNING_ALGORITHM: secret,
    TRUSTED_JWKS_ORIGINS: `https://${secret}/path`,
  }

  it.each(Object.keys(malformed))('of %s is named and never repeated', (name) => {
    expect(parse({ [name]: malformed[name] })).toEqual({ ok: false, error: name })
  })

  it('of several variables is named by the first', () => {
    expect(parse(malformed)).toEqual({ ok: false, error: 'ISSUER_URL' })
  })
})

describe('ISSUER_URL', () => {
  it.each(['https://gw.test', 'https://gw.test:8443', 'https://gw.acme.example'])(
    'may be the origin %s',
    (url) => {
      expect(accepted({ ISSUER_URL: url }).issuerUrl).toBe(url)
    },
  )

  it.each([
    ['a slash at the end', 'https://gw.test/'],
    ['a path', 'https://gw.test/acme'],
    ['a query', 'https://gw.test?a=b'],
    ['a fragment', 'https://gw.test#a'],
    ['user-info', 'https://root@gw.test'],
    ['the default port', 'https://gw.test:443'],
    ['capitals', 'https://GW.test'],
    ['a space', ' https://gw.test'],
    ['a newline', 'https://gw.test\n'],
    ['no scheme', 'gw.test'],
    ['no host', 'https://'],
    ['another scheme', 'ftp://gw.test'],
    ['text beyond ASCII', 'https://gẃ.test'],
  ])('may not have %s', (_, url) => {
    expect(parse({ ISSUER_URL: url }, true)).toEqual({ ok: false, error: 'ISSUER_URL' })
  })

  it.each(['http://127.0.0.1:8787', 'http://localhost:8787'])(
    'may be %s in the development entry alone',
    (url) => {
      expect(accepted({ ISSUER_URL: url }, true).issuerUrl).toBe(url)
      expect(parse({ ISSUER_URL: url })).toEqual({ ok: false, error: 'ISSUER_URL' })
    },
  )

  it('is https in production, whatever variable says otherwise', () => {
    const switches = { LOOPBACK: 'true', loopback: true, NODE_ENV: 'development' }
    expect(parse({ ISSUER_URL: 'http://127.0.0.1:8787', ...switches })).toEqual({
      ok: false,
      error: 'ISSUER_URL',
    })
  })
})

describe('the database', () => {
  it.each(['libsql://db.test', 'https://db.test', 'http://127.0.0.1:8080'])(
    'may be at %s',
    (url) => {
      expect(accepted({ LIBSQL_URL: url }).libsqlUrl).toBe(url)
    },
  )

  it.each([
    'file:gatehouse.db',
    ':memory:',
    'db.test',
    'libsql://',
    'libsql://a b',
    'wss://db.test',
  ])('may not be at %s', (url) => {
    expect(parse({ LIBSQL_URL: url })).toEqual({ ok: false, error: 'LIBSQL_URL' })
  })

  it('may have a token, and none where it is empty', () => {
    expect(accepted({ LIBSQL_AUTH_TOKEN: 'x' }).libsqlAuthToken).toBe('x')
    expect(accepted({ LIBSQL_AUTH_TOKEN: '' }).libsqlAuthToken).toBeUndefined()
  })
})

describe.each([
  ['KEY_ENCRYPTION_KEY', 'keyEncryptionKeys'],
  ['SECRET_PEPPER', 'secretPeppers'],
] as const)('%s', (name, member) => {
  const keys = (text: string) =>
    accepted({ [name]: text })[member].map(({ version, bytes }) => [
      version,
      bytes[0],
      bytes.length,
    ])

  it.each<[string, string, number[][]]>([
    ['one key', keyOf(1, 7), [[1, 7, 32]]],
    [
      'several, newest last',
      `${keyOf(1, 7)},${keyOf(2, 8)}`,
      [
        [1, 7, 32],
        [2, 8, 32],
      ],
    ],
    [
      'them in their order, whatever their numbers',
      `${keyOf(9, 7)}, ${keyOf(2, 8)}`,
      [
        [9, 7, 32],
        [2, 8, 32],
      ],
    ],
    ['every byte', `1:${Buffer.alloc(32, 0xfb).toString('base64url')}`, [[1, 0xfb, 32]]],
  ])('reads %s', (_, text, expected) => {
    expect(keys(text)).toEqual(expected)
  })

  it.each([
    ['31 bytes', `1:${Buffer.alloc(31).toString('base64url')}`],
    ['33 bytes', `1:${Buffer.alloc(33).toString('base64url')}`],
    ['padding', `1:${Buffer.alloc(32).toString('base64')}`],
    ['the other alphabet', `1:${Buffer.alloc(32, 0xfb).toString('base64').replaceAll('=', '')}`],
    ['no version', Buffer.alloc(32).toString('base64url')],
    ['an empty version', keyOf(1, 7).slice(1)],
    ['version 0', keyOf(0, 7)],
    ['a version with a leading zero', `0${keyOf(1, 7)}`],
    ['a negative version', keyOf(-1, 7)],
    ['a version of letters', `v${keyOf(1, 7)}`],
    ['a comma at the end', `${keyOf(1, 7)},`],
    ['an empty entry', `${keyOf(1, 7)},,${keyOf(2, 8)}`],
    ['one bad entry of two', `${keyOf(1, 7)},2:x`],
    // The last one is used and all are accepted: of two under one number only one can be found.
    ['two keys of one version', `${keyOf(1, 7)},${keyOf(1, 8)}`],
  ])('refuses %s', (_, text) => {
    expect(parse({ [name]: text })).toEqual({ ok: false, error: name })
  })
})

describe('what is optional', () => {
  it.each([
    ['MAX_NAMED_TOKEN_DAYS', 1, 0],
    ['SIGNING_KEY_DAYS', 1, 0],
    ['DECISION_DAYS', 2, 1],
    ['EXCHANGES_PER_MINUTE', 1, 0],
  ])('%s begins at %d', (name, least, less) => {
    expect(parse({ [name]: least })).toMatchObject({ ok: true })
    expect(parse({ [name]: less })).toEqual({ ok: false, error: name })
    expect(parse({ [name]: 'often' })).toEqual({ ok: false, error: name })
  })

  it('EXCHANGES_PER_MINUTE is no ceiling when left out', () => {
    expect(accepted({}).exchangesPerMinute).toBeUndefined()
    expect(accepted({}).changesPerMinute).toBe(600)
    expect(accepted({ EXCHANGES_PER_MINUTE: '600' }).exchangesPerMinute).toBe(600)
  })

  it('NOTIFY_FROM is an address', () => {
    expect(accepted({ NOTIFY_FROM: 'gate@acme.example' }).notifyFrom).toBe('gate@acme.example')
    expect(parse({ NOTIFY_FROM: 'gate' })).toEqual({ ok: false, error: 'NOTIFY_FROM' })
  })

  it.each([1, 90, 3650, '30'])('MAX_SECRET_DAYS may be %j', (days) => {
    expect(accepted({ MAX_SECRET_DAYS: days }).maxSecretDays).toBe(Number(days))
  })

  it.each([0, -1, 3651, 1.5, 'ninety', 'Infinity', '90 days', 'NaN'])(
    'MAX_SECRET_DAYS may not be %j',
    (days) => {
      expect(parse({ MAX_SECRET_DAYS: days })).toEqual({ ok: false, error: 'MAX_SECRET_DAYS' })
    },
  )

  it.each(['ES256', 'RS256', 'Ed25519'])('SIGNING_ALGORITHM may be %s', (algorithm) => {
    expect(accepted({ SIGNING_ALGORITHM: algorithm }).signingAlgorithm).toBe(algorithm)
  })

  it.each(['es256', 'HS256', 'none', 'EdDSA', 'ES384', ''])(
    'SIGNING_ALGORITHM may not be %j',
    (algorithm) => {
      expect(parse({ SIGNING_ALGORITHM: algorithm })).toEqual({
        ok: false,
        error: 'SIGNING_ALGORITHM',
      })
    },
  )

  it('TRUSTED_JWKS_ORIGINS is a list of https origins', () => {
    const text = 'https://a.test, https://b.test:8443'
    expect(accepted({ TRUSTED_JWKS_ORIGINS: text }).trustedJwksOrigins).toEqual([
      'https://a.test',
      'https://b.test:8443',
    ])
  })

  it.each([
    'http://a.test',
    'https://a.test/',
    'https://a.test/keys',
    'a.test',
    '*',
    'https://a.test,',
  ])('TRUSTED_JWKS_ORIGINS may not be %j, in the development entry neither', (text) => {
    expect(parse({ TRUSTED_JWKS_ORIGINS: text }, true)).toEqual({
      ok: false,
      error: 'TRUSTED_JWKS_ORIGINS',
    })
  })
})
