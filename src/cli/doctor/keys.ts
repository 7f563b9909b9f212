import { createLocalJWKSet, jwtVerify } from 'jose'
import { isJsonObject } from '../../core/json.ts'
import { adminIdentifier } from '../../core/permission.ts'
import type { Cli } from '../cli.ts'
import { type Finding, fail, good, warn } from './finding.ts'
import { jsonOf, look } from './gateway.ts'

const checkFeed = async (
  cli: Cli,
  url: string,
  keys: Parameters<typeof createLocalJWKSet>[0],
): Promise<Finding> => {
  const address = `${url}/oauth/revocations?audience=${encodeURIComponent(adminIdentifier)}`
  const seen = await look(cli, address)
  const next = 'APIs that poll it know of no revocation: see docs/operations.md'
  if (typeof seen === 'string') return fail('feed', [`the feed of revocations ${seen}`, next])
  try {
    const expected = { issuer: url, audience: adminIdentifier, typ: 'revocations+jwt' }
    const now = new Date(cli.now())
    const feed = await jwtVerify(seen.text, createLocalJWKSet(keys), {
      ...expected,
      currentDate: now,
    })
    const left = Math.round((feed.payload.exp ?? 0) - cli.now() / 1000)
    return good('feed', `the feed of revocations is signed, and good for ${left} s`)
  } catch (thrown) {
    const code = (thrown as { code?: string }).code ?? 'no JWT'
    return fail('feed', [`the feed of revocations does not verify (${code})`, next])
  }
}

const ageOf = (headers: Headers): string => {
  const age = Number(headers.get('age') ?? 0)
  const [, life = '?'] = /max-age=([0-9]+)/.exec(headers.get('cache-control') ?? '') ?? []
  return `${age} s old, kept for ${life} s`
}

/** The keys that tokens are verified by, and the feed that they sign. */
export const checkKeys = async (cli: Cli, url: string): Promise<readonly Finding[]> => {
  const seen = await look(cli, `${url}/.well-known/jwks.json`)
  if (typeof seen === 'string') {
    return [
      fail('keys', [`the key set ${seen}`, 'no API can verify a token: see docs/operations.md']),
    ]
  }
  const keys = jsonOf(seen.text)?.keys
  const known = (Array.isArray(keys) ? keys : []).filter(isJsonObject)
  if (known.length === 0) {
    return [fail('keys', ['the key set is empty', 'bootstrap the gateway: see docs/operations.md'])]
  }
  const algorithms = [...new Set(known.map(({ alg }) => String(alg)))]
  const says = `${known.length} key(s), ${algorithms.join(', ')}; ${ageOf(seen.headers)}`
  const whole = known.every(({ kid, alg }) => typeof kid === 'string' && typeof alg === 'string')
  return [
    whole
      ? good('keys', says)
      : warn('keys', [`${says}; some have no kid or alg`, 'verifiers cannot tell them apart']),
    await checkFeed(cli, url, { keys: known as never }),
  ]
}
