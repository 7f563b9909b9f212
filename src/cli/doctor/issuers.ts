import { type Finding, good, orGood, skip, warn } from './finding.ts'
import { jsonOf, look } from './gateway.ts'
import { type Item, listed, type Reader } from './reader.ts'

const most = 20
const dayMs = 86_400_000

const reach = async ({ cli }: Reader, { name, issuer, jwks_uri: uri }: Item) => {
  const address = String(
    uri ?? `${String(issuer).replace(/\/$/, '')}/.well-known/openid-configuration`,
  )
  const seen = await look(cli, address)
  if (typeof seen !== 'string' && seen.status === 200 && jsonOf(seen.text) !== null) return []
  const why = typeof seen === 'string' ? seen : `answers ${seen.status}`
  return [
    warn('issuers', [
      `${address} of ${name} ${why}, from here`,
      'its tokens are refused once the gateway, too, has no fresh keys of it',
    ]),
  ]
}

/** The issuers: enabled, and their keys to be had. */
export const checkIssuers = async (reader: Reader): Promise<readonly Finding[]> => {
  const issuers = await listed(reader, 'issuers.list')
  if (issuers === null) return [skip('issuers', 'you may not read them')]
  const off = issuers.filter(({ enabled }) => enabled === false)
  const asked = issuers
    .filter(({ enabled, jwks }) => enabled !== false && jwks === null)
    .slice(0, most)
  const findings = [
    ...off.map(({ name, id }) =>
      warn('issuers', [`${name} is switched off`, `gatehouse issuers update ${id} --enabled`]),
    ),
    ...(await Promise.all(asked.map((issuer) => reach(reader, issuer)))).flat(),
  ]
  return orGood(
    'issuers',
    findings,
    `${issuers.length} issuer(s), ${asked.length} of them asked for their keys`,
  )
}

/** The signing keys, where the caller may read them: old, or half rotated. */
export const checkSigningKeys = async (reader: Reader): Promise<readonly Finding[]> => {
  const keys = await listed(reader, 'signing-keys.list')
  if (keys === null) return [skip('signing_keys', 'only owners of / may read them')]
  const days = (at: unknown) => Math.floor((reader.cli.now() - Date.parse(String(at))) / dayMs)
  const active = keys.find(({ state }) => state === 'active')
  const waiting = keys.find(({ state }) => state === 'published')
  const next = 'gatehouse signing-keys rotate'
  const findings = [
    ...(waiting !== undefined && days(waiting.created_at) >= 1
      ? [
          warn('signing_keys', [
            `${waiting.kid} has waited for ${days(waiting.created_at)} day(s) to sign`,
            next,
          ]),
        ]
      : []),
    ...(active !== undefined && days(active.activated_at) > 365
      ? [
          warn('signing_keys', [
            `${active.kid} has signed for ${days(active.activated_at)} days`,
            next,
          ]),
        ]
      : []),
  ]
  return findings.length > 0
    ? findings
    : [good('signing_keys', `${active?.algorithm} signs since ${active?.activated_at}`)]
}
