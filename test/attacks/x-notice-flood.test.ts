import { expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectIssued } from '../support/expect.ts'
import { expiringAccount, subscribe } from '../support/notices.ts'
import { playEndpoint } from '../support/webhook-endpoint.ts'

const house = useHouse()

const dayMs = 86_400_000

const counting = (from: number, to: number) =>
  `WITH RECURSIVE c (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to})`

/** What an owner of /acme can make by the admin API: 160 subscribers of one place, 20 000 credentials. */
const flood = async (): Promise<void> => {
  const { db } = house().gateway
  const end = Date.now() + 13 * dayMs
  const line = Array.from({ length: 8 }, (_, depth) => depth)
  const keys = Array.from({ length: 99 }, (_, k) => ({ kid: `${k}`, exp: end / 1000 + k }))
  await db.batch(
    [
      ...line.slice(1).map((depth) => ({
        sql: `INSERT INTO namespaces (id, path, parent_id, tenant_id, kind, enabled, config_version, created_at)
          SELECT 'ns_flood${depth}', path || '/f${depth}', id, tenant_id, 'project', 1, 1, 0
          FROM namespaces WHERE ${depth === 1 ? "path = '/acme'" : `id = 'ns_flood${depth - 1}'`}`,
        args: [],
      })),
      ...line.map((depth) => ({
        sql: `${counting(1, 20)} INSERT INTO notification_subscriptions
            (id, namespace_id, channel, target, events, wrapped_secret, enabled, created_at)
          SELECT 'sub_flood${depth}x' || n, (SELECT id FROM namespaces WHERE
              ${depth === 0 ? "path = '/acme'" : `id = 'ns_flood${depth}'`}),
            'webhook', 'https://x' || n || '.evil.example/in', '["credential.expiring"]', '1.x', 1, 0
          FROM c`,
        args: [],
      })),
      {
        sql: `${counting(1, 3000)} INSERT INTO service_accounts
            (id, client_id, namespace_id, tenant_id, name, enabled, grant_types, client_credentials, created_at)
          SELECT 'sa_flood' || n, 'cli_flood' || n, 'ns_flood7', tenant_id, 'zz-' || n, 1, '[]', 0, 0
          FROM c, namespaces WHERE path = '/acme'`,
        args: [],
      },
      {
        sql: `${counting(1, 5)} INSERT INTO account_keys
            (id, service_account_id, kid, algorithm, jwk, expires_at, created_at)
          SELECT 'key_' || a.id || n, a.id, 'k' || n, 'ES256', '{}', ?, 0
          FROM c, service_accounts a WHERE a.id LIKE 'sa_flood%'`,
        args: [end],
      },
      {
        sql: `${counting(1, 49)} INSERT INTO issuers
            (id, namespace_id, name, issuer, jwks, algorithms, max_token_age_seconds, enabled, created_at)
          SELECT 'iss_flood' || n, 'ns_flood7', n, 'https://i' || n || '.evil.example', ?, '["ES256"]', 60, 1, 0
          FROM c`,
        args: [JSON.stringify({ keys })],
      },
    ],
    'write',
  )
}

test('thousands of credentials and subscribers of one tenant stop nobody’s notices', async () => {
  const { gateway, BR } = house()
  await flood()
  const hook = playEndpoint(gateway, 'https://hooks.globex.example/in')
  const all = playEndpoint(gateway, 'https://hooks.platform.example/in')
  await subscribe(gateway, hook.url, { namespace: '/globex' })
  await subscribe(gateway, all.url, { namespace: '/' })
  const bot = await expiringAccount(gateway, 13, { namespace: '/globex' })
  gateway.logs.length = 0
  let running = true
  const exchanges = (async () => {
    while (running) await expectIssued(await gateway.token(BR()))
  })()
  await gateway.scheduled()
  running = false
  await exchanges
  expect(hook.arrivals).toHaveLength(1)
  expect(all.arrivals.filter(({ body }) => body.includes(bot.id))).toHaveLength(1)
  expect(gateway.logs.join()).not.toContain('duty_failed')
}, 60_000)
