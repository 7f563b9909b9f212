import { type Account, daysTo, readAccounts } from './account.ts'
import { type Finding, fail, note, orGood, skip, warn } from './finding.ts'
import { type Item, listed, type Reader } from './reader.ts'

const most = 100
const soonDays = 14
const unusedDays = 30

const expiring = (reader: Reader, { item, name, ...account }: Account): readonly Finding[] =>
  (['secrets', 'keys', 'tokens'] as const).flatMap((kind) =>
    account[kind].flatMap(({ id, expires_at: at }) => {
      const days = at === null ? Number.POSITIVE_INFINITY : daysTo(reader, at)
      if (days > soonDays) return []
      const when = days < 0 ? 'has expired' : `expires in ${Math.floor(days)} day(s)`
      return [
        warn('expiring', [
          `${id} of ${name} ${when}`,
          `gatehouse ${kind} create --account ${item.id}`,
        ]),
      ]
    }),
  )

const closedDoors = ({
  item,
  name,
  policies,
  keys,
  tokens,
  secrets,
}: Account): readonly Finding[] => {
  const enabled = policies.filter((policy) => policy.enabled !== false)
  if (enabled.length + keys.length + tokens.length + secrets.length > 0) return []
  return [
    warn('authentication', [
      `${name} has no way to authenticate`,
      `gatehouse policies create --account ${item.id}, or delete it`,
    ]),
  ]
}

const weak = ({ item, name, policies }: Account): readonly Finding[] =>
  policies.flatMap(({ id, name: policy, warnings }) =>
    (warnings as readonly string[]).map((warning) =>
      note('weak_policies', [
        `"${policy}" of ${name}: ${warning}`,
        `bind what is named there: gatehouse policies update ${id} --account ${item.id} --claim NAME=VALUE`,
      ]),
    ),
  )

const misaddressed = ({ url }: Reader, { item, name, policies }: Account): readonly Finding[] =>
  policies.flatMap(({ id, name: policy, audience }) => {
    const text = String(audience)
    if (text === url || text.startsWith(`${url}/`)) return []
    return [
      fail('policy_audience', [
        `"${policy}" of ${name} expects tokens for ${text}, and this gateway is ${url}`,
        `gatehouse policies update ${id} --account ${item.id} --audience ${url}`,
      ]),
    ]
  })

const isOld = (reader: Reader, { created_at: at }: Item): boolean =>
  -daysTo(reader, at) > unusedDays

const unusedOnes = async (reader: Reader, { item, name, policies }: Account) => {
  const used = async (query: Readonly<Record<string, unknown>>) =>
    (await listed(reader, 'decisions.list', { query: { ...query, outcome: 'issued' }, limit: 1 }))
      ?.length !== 0
  if (!isOld(reader, item)) return []
  const next = `if nobody needs it: gatehouse accounts delete ${item.id}`
  if (!(await used({ service_account_id: item.id }))) {
    return [warn('unused', [`nothing on record was issued to ${name}`, next])]
  }
  const old = policies.filter((policy) => policy.enabled !== false && isOld(reader, policy))
  const unused: Finding[] = []
  for (const { id, name: policy } of old) {
    if (await used({ policy_id: id })) continue
    const remove = `if nobody needs it: gatehouse policies delete ${id} --account ${item.id}`
    unused.push(warn('unused', [`nothing on record was issued by "${policy}" of ${name}`, remove]))
  }
  return unused
}

/** The accounts: doors that are closed, about to close, too wide, or that nobody uses. */
export const checkAccounts = async (reader: Reader): Promise<readonly Finding[]> => {
  const all = await listed(reader, 'service-accounts.list', { query: { enabled: true } })
  if (all === null) return [skip('accounts', 'you may not read them')]
  // Of an account above the caller only the name is told.
  const readable = all.filter((item) => item.client_id !== undefined)
  const accounts = await readAccounts(reader, readable.slice(0, most))
  const unused: Finding[] = []
  for (const account of accounts) unused.push(...(await unusedOnes(reader, account)))
  const count = `${accounts.length} account(s)`
  const left = readable.length - accounts.length
  return [
    ...orGood(
      'authentication',
      accounts.flatMap(closedDoors),
      `${count}, each with a way to authenticate`,
    ),
    ...orGood(
      'expiring',
      accounts.flatMap((account) => expiring(reader, account)),
      `no credential expires within ${soonDays} days`,
    ),
    ...orGood('weak_policies', accounts.flatMap(weak), 'no policy carries a warning'),
    ...orGood(
      'policy_audience',
      accounts.flatMap((account) => misaddressed(reader, account)),
      'every policy expects this gateway',
    ),
    ...orGood('unused', unused, `nothing older than ${unusedDays} days is unused`),
    ...(left > 0 ? [skip('accounts', `${left} more account(s) were not looked at`)] : []),
  ]
}
