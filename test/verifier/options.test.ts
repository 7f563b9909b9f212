import { expect, it } from 'vitest'
import { createVerifier, type VerifierOptions } from '../../src/verifier/index.ts'

const good = { issuer: 'https://sts.example.com', audience: 'https://api.example.com' }
const make = (options: object) => () => createVerifier({ ...good, ...options } as VerifierOptions)

it('makes a verifier of an issuer and an audience', () => {
  expect(make({})()).toMatchObject(good)
})

it.each([
  [{ audience: undefined }, /audience is missing/],
  [{ audience: '' }, /audience has to be the identifier/],
  [{ audience: ['https://api.example.com'] }, /audience has to be/],
  [{ audience: 'a"b' }, /audience has to be/],
  [{ issuer: undefined }, /issuer is missing/],
  [{ issuer: 'http://sts.example.com' }, /issuer has to be https/],
  [{ issuer: 'http://sts.example.com', allowLoopback: true }, /issuer has to be https/],
  [{ issuer: 'http://127.0.0.1:8787' }, /issuer has to be https.*allowLoopback/],
  [{ issuer: 'https://sts.example.com/' }, /without slash/],
  [{ issuer: 'https://sts.example.com/path' }, /https origin/],
  [{ issuer: 'https://user@sts.example.com' }, /https origin/],
  [{ issuer: 'HTTPS://STS.example.com' }, /https origin/],
  [{ issuer: 'ftp://sts.example.com' }, /https origin/],
  [{ issuer: 'sts.example.com' }, /https origin/],
  [{ audiense: 'x' }, /unknown option audiense, did you mean audience\?/],
  [{ algorithms: ['HS256'] }, /unknown option algorithms$/],
  [{ revocation: true }, /revocation has to be/],
  [{ revocation: {} }, /revocation\.feed is missing: 'fail-open' or 'fail-closed'/],
  [{ revocation: { feed: 'open' } }, /revocation\.feed has to be/],
  [{ revocation: { feed: 'fail-open', pollSecond: 5 } }, /did you mean revocation\.pollSeconds\?/],
  [{ revocation: { feed: 'fail-open', pollSeconds: 600 } }, /pollSeconds has to be 5 to 30/],
  [{ revocation: 'introspection' }, /needs introspection/],
  [{ introspection: { clientId: 'cli_1' } }, /introspection\.clientSecret is missing/],
  [{ introspection: { clientId: 'c', clientSecret: 's', cacheSeconds: 900 } }, /0 to 60/],
  [{ keys: [] }, /keys has to be a key set/],
  [{ keys: { keys: [] } }, /keys\.asOf is missing: when the keys were fetched/],
  [{ keys: { keys: [], asOf: 'yesterday' } }, /keys\.asOf has to be when/],
  [{ now: 5 }, /now has to be a function/],
  [{ resource: { scope: ['a'] } }, /did you mean resource\.scopes\?/],
])('refuses %j when the API starts', (options, message) => {
  expect(make(options)).toThrow(TypeError)
  expect(make(options)).toThrow(message)
})

it('refuses what is no object', () => {
  for (const options of [undefined, null, 'https://sts.example.com', []]) {
    expect(() => createVerifier(options as unknown as VerifierOptions)).toThrow(TypeError)
  }
})

it.each(['http://127.0.0.1:8787', 'http://[::1]:8787', 'http://localhost:8787'])(
  'takes %s where loopback is allowed',
  (issuer) => {
    expect(make({ issuer, allowLoopback: true })().issuer).toBe(issuer)
  },
)
