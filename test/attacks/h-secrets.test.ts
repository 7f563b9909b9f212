import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { CLIENT_ASSERTION } from '../support/baseline.ts'
import { makeCallers, type SecretAccount } from '../support/callers.ts'
import { basic, formBody } from '../support/clients.ts'
import { expectB400, expectC401, expectIssued } from '../support/expect.ts'
import { API_1, API_3 } from '../support/fixture.ts'
import { jws } from '../support/jws.ts'
import { logIn, METHODS, secretAccount } from '../support/logins.ts'
import { settings } from '../support/settings.ts'

const house = useHouse({ env: { FAILED_AUTH: null } })

let account: SecretAccount

beforeAll(async () => {
  account = (await makeCallers(house())).secret
})

const login = { grant_type: 'client_credentials', resource: API_1 }
const authorized = (authorization: string, form: Record<string, string> = {}) =>
  house().gateway.token({ ...login, ...form }, { headers: { authorization } })
const encoded = (text: string | Uint8Array) => Buffer.from(text).toString('base64')

describe('one secret', () => {
  test.each(METHODS)('AC-173 the right one by %s', async (method) => {
    const answer = await expectIssued(await logIn(house(), account, { method }))
    expect(answer).toMatchObject({ expires_in: 600, scope: 'deploy:read deploy:write' })
    expect(answer).not.toHaveProperty('issued_token_type')
  })

  test('AC-176 by both methods at once', async () => {
    const { client_id, client_secret } = account
    const form = { client_id, client_secret }
    await expectB400(await authorized(basic(client_id, client_secret), form), 'invalid_request')
    const alone = { client_secret }
    await expectB400(await authorized(basic(client_id, client_secret), alone), 'invalid_request')
  })

  test('AC-177 by another method than the registered one', async () => {
    for (const registered of METHODS) {
      const made = await secretAccount(house(), registered.replaceAll('_', '-'), {
        token_endpoint_auth_method: registered,
      })
      for (const method of METHODS) {
        const answer = await logIn(house(), made, { method })
        await (method === registered ? expectIssued(answer) : expectC401(answer))
      }
    }
  })

  test('AC-178 the scheme in any case', async () => {
    const { client_id, client_secret } = account
    const credentials = basic(client_id, client_secret).slice('Basic '.length)
    for (const scheme of ['basic', 'BASIC', 'bAsIc']) {
      await expectIssued(await authorized(`${scheme} ${credentials}`))
    }
  })

  test('AC-179 malformed Basic', async () => {
    const { client_id, client_secret } = account
    const pair = `${client_id}:${client_secret}`
    const malformed = [
      '!!!',
      encoded(pair).slice(0, -1),
      `${encoded(pair)}=`,
      Buffer.from(`${pair}\u00ff`, 'latin1').toString('base64url'),
      encoded(client_id + client_secret),
      encoded(`${client_id}:${client_secret}%`),
      encoded(`${client_id}:%zz`),
      encoded(`${client_id}:%ff`),
      encoded(new Uint8Array([...Buffer.from(`${client_id}:`), 0xff, 0xfe])),
      `${encoded(pair)} ${encoded(pair)}`,
      '',
    ]
    for (const text of malformed) await expectC401(await authorized(`Basic ${text}`))
    await expectC401(await authorized('Basic'))
  })

  test('AC-180 form-encoded by a strict client', async () => {
    const escaped = (text: string) => text.replaceAll('_', '%5F').replaceAll('-', '%2D')
    const { client_id, client_secret } = account
    const pair = `${escaped(client_id)}:${escaped(client_secret)}`
    await expectIssued(await authorized(`Basic ${encoded(pair)}`))
    const every = (text: string) =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')
    await expectIssued(
      await authorized(`Basic ${encoded(`${every(client_id)}:${every(client_secret)}`)}`),
    )
  })

  test('AC-181 with another client_id in the body', async () => {
    const { client_id, client_secret } = account
    const header = basic(client_id, client_secret)
    await expectIssued(await authorized(header, { client_id }))
    for (const other of ['nobody', house().deployer.client_id, client_id.toUpperCase()]) {
      await expectB400(await authorized(header, { client_id: other }), 'invalid_request')
    }
  })

  test('AC-182 in the query', async () => {
    const { gateway } = house()
    const { client_id, client_secret } = account
    for (const query of [{ client_secret }, { client_id, client_secret }]) {
      const answer = await gateway.fetch(`/oauth/token?${formBody(query)}`, {
        method: 'POST',
        body: formBody({ ...login, client_id }),
      })
      await expectB400(answer, 'invalid_request')
    }
    expect(gateway.logs.join('\n')).not.toContain(client_secret)
  })
})

describe('nearly the secret', () => {
  const swapCase = (text: string) =>
    text.replace(/[a-z]|[A-Z]/g, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    )

  test.each<[string, (secret: string) => string]>([
    ['empty', () => ''],
    ['of 4 KB', (secret) => secret.padEnd(4096, 'x')],
    ['in other case', swapCase],
    ['in upper case', (secret) => secret.toUpperCase()],
    ['cut after 20 characters', (secret) => secret.slice(0, 20)],
    ['without its last character', (secret) => secret.slice(0, -1)],
    ['without its checksum', (secret) => secret.slice(0, -6)],
    ['without its prefix', (secret) => secret.slice(5)],
    ['twice', (secret) => secret + secret],
  ])('AC-183 %s', async (_, change) => {
    const client_secret = change(account.client_secret)
    for (const method of METHODS) {
      await expectC401(await logIn(house(), { ...account, client_secret }, { method }))
    }
  })

  test.each<[string, (secret: string) => string]>([
    ['NUL behind it', (secret) => `${secret}\u0000`],
    ['NUL and more behind it', (secret) => `${secret}\u0000x`],
    ['a newline behind it', (secret) => `${secret}\n`],
    ['a carriage return behind it', (secret) => `${secret}\r\n`],
    ['a space behind it', (secret) => `${secret} `],
    ['a space before it', (secret) => ` ${secret}`],
    ['a zero-width joiner behind it', (secret) => `${secret}\u200d`],
    ['a zero-width joiner within', (secret) => `${secret.slice(0, 9)}\u200d${secret.slice(9)}`],
    ['a byte-order mark before it', (secret) => `\ufeff${secret}`],
    ['a colon behind it', (secret) => `${secret}:`],
  ])('AC-184 with %s', async (_, change) => {
    const client_secret = change(account.client_secret)
    for (const method of METHODS) {
      await expectC401(await logIn(house(), { ...account, client_secret }, { method }))
    }
  })

  test('AC-185 its digest, as it is kept', async () => {
    const { gateway } = house()
    const { rows } = await gateway.db.execute({
      sql: 'SELECT id, hash FROM client_secrets WHERE service_account_id = ?',
      args: [account.id],
    })
    expect(rows).toHaveLength(1)
    for (const { id, hash } of rows) {
      const bytes = Buffer.from(String(hash), 'base64url')
      expect(bytes).toHaveLength(32)
      const spellings = ['hex', 'base64', 'base64url', 'latin1'] as const
      const digests = spellings.map((spelling) => bytes.toString(spelling))
      for (const client_secret of [...digests, `gths_${digests[2]}`, String(id)]) {
        for (const method of METHODS) {
          await expectC401(await logIn(house(), { ...account, client_secret }, { method }))
        }
      }
    }
  })

  test('AC-186 of another account, of another tenant', async () => {
    const other = await secretAccount(house(), 'other-secret')
    const { make, roles } = house()
    const foreign = await make.create<SecretAccount>('/service-accounts', {
      namespace: '/globex',
      name: 'foreign-secret',
      client_credentials: {},
      role_bindings: [{ role_id: roles.api3.id, namespace: '/globex' }],
    })
    await expectIssued(await logIn(house(), other))
    await expectIssued(await logIn(house(), foreign, { form: { resource: API_3 } }))
    for (const { client_secret } of [other, foreign]) {
      for (const method of METHODS) {
        await expectC401(await logIn(house(), { ...account, client_secret }, { method }))
      }
    }
  })
})

describe('nearly the client', () => {
  test.each<[string, (id: string) => string]>([
    ['in upper case', (id) => id.toUpperCase()],
    ['with a space behind it', (id) => `${id} `],
    ['with a space before it', (id) => ` ${id}`],
    ['with NUL behind it', (id) => `${id}\u0000`],
    ['with SQL behind it', (id) => `${id}' OR '1'='1`],
    ['with a comment behind it', (id) => `${id}'--`],
    ['as a pattern', (id) => `${id.slice(0, -1)}%`],
    ['by the id of the account', () => account.id],
    ['by its name', () => 'ci-secret'],
  ])('AC-187 %s', async (_, change) => {
    const client_id = change(account.client_id)
    for (const method of METHODS) {
      await expectC401(await logIn(house(), { ...account, client_id }, { method }))
    }
  })

  test('AC-188 an assertion keyed with the secret', async () => {
    const { client_id, client_secret } = account
    const at = Math.floor(Date.now() / 1000)
    const payload = {
      iss: client_id,
      sub: client_id,
      aud: settings.issuerUrl,
      jti: crypto.randomUUID(),
      iat: at,
      exp: at + 60,
    }
    const header = { alg: 'HS256', typ: 'JWT' }
    const form = {
      client_assertion_type: CLIENT_ASSERTION,
      client_assertion: jws({ header, payload, signer: { secret: client_secret } }),
    }
    await expectC401(await house().gateway.token({ ...login, ...form }))
    await expectC401(await house().gateway.token({ ...login, ...form, client_id }))
  })

  test('AC-189 the secret as a Bearer token', async () => {
    const { client_id, client_secret } = account
    for (const scheme of ['Bearer', 'bearer', 'Digest', 'Negotiate']) {
      await expectC401(await authorized(`${scheme} ${client_secret}`))
      await expectC401(await authorized(`${scheme} ${client_secret}`, { client_id }))
    }
  })
})

describe('a right secret', () => {
  test('AC-190 of an account without the grant', async () => {
    const made = await secretAccount(house(), 'no-grant', {
      grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'],
    })
    await expectB400(await logIn(house(), made), 'unauthorized_client')
    const wrong = { ...made, client_secret: 'gths_wrong' }
    await expectC401(await logIn(house(), wrong))
  })

  test('AC-191 for more than is granted', async () => {
    for (const scope of ['deploy:admin', 'deploy:read deploy:admin', 'x', 'deploy:*']) {
      await expectB400(await logIn(house(), account, { form: { scope } }), 'invalid_scope')
    }
    const form = { scope: 'deploy:read' }
    const { scope } = await expectIssued(await logIn(house(), account, { form }))
    expect(scope).toBe('deploy:read')
  })

  test('AC-192 for an API that is not registered, or another tenant’s', async () => {
    const bodies = []
    for (const resource of ['https://nobody.test', API_3]) {
      const answer = await logIn(house(), account, { form: { resource } })
      const { error, error_description } = (await answer.json()) as Record<string, unknown>
      bodies.push({ status: answer.status, error, error_description })
    }
    expect(bodies[0]).toEqual(bodies[1])
    expect(bodies[0]).toMatchObject({ status: 400, error: 'invalid_target' })
  })
})
