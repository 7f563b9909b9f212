import { type Item, listed, type Reader } from './reader.ts'

const together = 6
const dayMs = 86_400_000

/** An account with all that it may show for itself. */
export interface Account {
  readonly item: Item
  readonly name: string
  readonly policies: readonly Item[]
  readonly keys: readonly Item[]
  readonly tokens: readonly Item[]
  readonly secrets: readonly Item[]
}

/** How many days there are until a time; negative when it is over. */
export const daysTo = ({ cli }: Reader, at: unknown): number =>
  (Date.parse(String(at)) - cli.now()) / dayMs

const readAccount = async (reader: Reader, item: Item): Promise<Account> => {
  const request = { path: { service_account_id: String(item.id) } }
  const of = async (name: string) => (await listed(reader, `${name}.list`, request)) ?? []
  const [policies, keys, tokens, secrets] = await Promise.all([
    of('trust-policies'),
    of('keys'),
    of('tokens'),
    of('secrets'),
  ])
  return {
    item,
    name: `${item.namespace}/${item.name}`.replace('//', '/'),
    policies,
    keys,
    tokens,
    secrets,
  }
}

/** Reads accounts, a few at a time. */
export const readAccounts = async (
  reader: Reader,
  items: readonly Item[],
): Promise<readonly Account[]> => {
  const accounts: Account[] = []
  for (let at = 0; at < items.length; at += together) {
    const some = items.slice(at, at + together)
    accounts.push(...(await Promise.all(some.map((item) => readAccount(reader, item)))))
  }
  return accounts
}
