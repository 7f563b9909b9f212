import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../../support/attack.ts'
import { API_1 } from '../../support/fixture.ts'
import { commandLine, fetchFrom } from '../../support/in-process.ts'
import { settings } from '../../support/settings.ts'

const house = useHouse()
const gatehouse = commandLine(() => house().gateway)

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/gatehouse-cli-`)
})
afterAll(() => rm(directory, { recursive: true }))

const errorOf = ({ stdout }: { readonly stdout: string }) =>
  (
    JSON.parse(stdout) as {
      error: { code: string; message: string; next: string; details: object }
    }
  ).error

const bot = ['--account', '/acme/deployer']

describe('names', () => {
  it('that are of several are refused with the candidates', async () => {
    const { roles } = house()
    await gatehouse.json(
      'roles',
      'create',
      '/globex/api-1-user',
      '--api',
      'https://api-3.test',
      '--permissions',
      'deploy:read',
    )
    const ended = await gatehouse(['roles', 'get', 'api-1-user', '--json'])
    expect([ended.status, errorOf(ended).code]).toEqual([2, 'ambiguous_name'])
    expect(errorOf(ended).details).toEqual({ candidates: expect.arrayContaining([roles.api1.id]) })
    expect(await gatehouse.json('roles', 'get', '/acme/api-1-user')).toMatchObject({
      id: roles.api1.id,
    })
  })

  it('that nobody has are exit code 3', async () => {
    const ended = await gatehouse([
      'bindings',
      'create',
      '--role',
      'nobody',
      '--namespace',
      '/acme',
      ...bot,
    ])
    expect([ended.status, ended.stdout]).toEqual([3, ''])
    expect(ended.stderr).toContain('there is no role nobody')
    expect(ended.stderr).toContain('next: gatehouse roles list')
  })

  it('take the namespace of the settings where none is said', async () => {
    const within = commandLine(() => house().gateway, { GATEHOUSE_NAMESPACE: '/globex' })
    expect(await within.json('groups', 'create', 'by-setting')).toMatchObject({
      namespace: '/globex',
    })
    expect(await within.json('groups', 'create', '/acme/by-path')).toMatchObject({
      namespace: '/acme',
    })
    const listed = await within.json<{ namespace: string }[]>('groups', 'list')
    expect(new Set(listed.map(({ namespace }) => namespace))).toEqual(new Set(['/globex']))
  })
})

describe('refusals', () => {
  it('are said by the flags that were given', async () => {
    const ended = await gatehouse([
      'accounts',
      'update',
      'deployer',
      '--max-token-ttl-seconds',
      '5',
    ])
    expect([ended.status, ended.stdout]).toEqual([2, ''])
    expect(ended.stderr).toContain('--max-token-ttl-seconds: expected at least 60')
    expect(ended.stderr).toContain('/problems/validation-failed')
  })

  it('of an old version are exit code 7, and of one that was just read never happen', async () => {
    const { id } = await gatehouse.json(
      'roles',
      'create',
      '/acme/versioned',
      '--api',
      API_1,
      '--permissions',
      'deploy:read',
    )
    const change = ['roles', 'update', String(id), '--display-name']
    expect(await gatehouse.json(...change, 'one')).toMatchObject({ version: 2 })
    const stale = await gatehouse([...change, 'two', '--if-match', '1', '--json'])
    expect([stale.status, errorOf(stale).code]).toEqual([7, 'precondition_failed'])
    expect(errorOf(stale).next).toContain('read it again')
    expect(await gatehouse.json(...change, 'two', '--if-match', '2')).toMatchObject({ version: 3 })
  })

  it('of who may not are exit code 5, and of who is not known 4', async () => {
    const { client_id, client_secret } = await gatehouse.json(
      'accounts',
      'create',
      '/acme/reader',
      '--role',
      'role_viewer',
      '--with-secret',
    )
    const answer = await house().gateway.token({
      grant_type: 'client_credentials',
      client_id: String(client_id),
      client_secret: String(client_secret),
    })
    const { access_token } = (await answer.json()) as { access_token: string }
    const reader = commandLine(() => house().gateway, { GATEHOUSE_TOKEN: access_token })
    const denied = await reader(['groups', 'create', '/acme/x', '--json'])
    expect([denied.status, errorOf(denied).code]).toEqual([5, 'permission_denied'])
    const stranger = commandLine(() => house().gateway, { GATEHOUSE_TOKEN: 'nonsense' })
    const unknown = await stranger(['groups', 'list', '--json'])
    expect([unknown.status, errorOf(unknown).code]).toEqual([4, 'authentication_required'])
    for (const { stdout, stderr } of [denied, unknown])
      expect(stdout + stderr).not.toContain(access_token)
  })

  it('of a token as an argument do not repeat it', async () => {
    const token = await house().gateway.rootToken()
    const ended = await gatehouse([
      'revocations',
      'create',
      '--namespace',
      '/acme',
      '--by',
      'token',
      '--value',
      token,
      '--yes',
    ])
    expect([ended.status, ended.stdout]).toEqual([2, ''])
    expect(ended.stderr).toContain('--from-file -')
    expect(ended.stderr).not.toContain(token)
    const input = JSON.stringify({ namespace: '/globex', by: 'token', value: token })
    const given = await gatehouse(
      ['revocations', 'create', '--from-file', '-', '--yes', '--json'],
      { input },
    )
    expect([given.status, JSON.parse(given.stdout)]).toMatchObject([0, { by: 'token' }])
  })
})

describe('deletions', () => {
  it('say what they come to before anybody is asked', async () => {
    await gatehouse.json('namespaces', 'create', '/acme/doomed')
    await gatehouse.json(
      'accounts',
      'create',
      '/acme/doomed/bot',
      '--role',
      '/acme/api-1-user',
      '--with-secret',
    )
    const asked = await gatehouse(['namespaces', 'delete', '/acme/doomed'])
    expect(asked).toMatchObject({ status: 2, stdout: '' })
    expect(asked.stderr).toContain('1 service accounts')
    expect(asked.stderr).toContain('it is permanent')
    const dry = await gatehouse.json('namespaces', 'delete', '/acme/doomed', '--dry-run')
    expect(dry).toMatchObject({ dry_run: true, would_delete: { service_accounts: 1 } })
    expect(await gatehouse.json('accounts', 'get', '/acme/doomed/bot')).toBeDefined()
    await gatehouse.json('namespaces', 'delete', '/acme/doomed', '--yes')
    expect((await gatehouse(['accounts', 'get', '/acme/doomed/bot'])).status).toBe(3)
  })

  it('of what is in use are exit code 7 and name what uses it', async () => {
    const { roles } = house()
    const ended = await gatehouse(['apis', 'delete', API_1, '--yes', '--json'])
    expect([ended.status, errorOf(ended).code]).toEqual([7, 'in_use'])
    expect(errorOf(ended).message).toContain(roles.api1.id)
  })
})

describe('secrets', () => {
  it('are not made where there is no place for them', async () => {
    const before = await gatehouse.json<unknown[]>('secrets', 'list', ...bot)
    const none = await gatehouse(['secrets', 'create', ...bot])
    expect(none).toMatchObject({ status: 2, stdout: '' })
    const taken = `${directory}/taken`
    await writeFile(taken, 'something')
    const refused = await gatehouse(['secrets', 'create', ...bot, '--output-file', taken])
    expect(refused).toMatchObject({ status: 2, stdout: '' })
    expect(await readFile(taken, 'utf8')).toBe('something')
    expect(await gatehouse.json('secrets', 'list', ...bot)).toEqual(before)
  })

  it('go to a file for its owner alone, or once to stdout as JSON', async () => {
    const file = `${directory}/secret`
    const kept = await gatehouse(['secrets', 'create', ...bot, '--output-file', file])
    const { client_secret } = JSON.parse(await readFile(file, 'utf8')) as { client_secret: string }
    expect([kept.status, (await stat(file)).mode & 0o777]).toEqual([0, 0o600])
    expect(kept.stdout + kept.stderr).not.toContain(client_secret)
    expect(kept.stderr).toContain('cannot be recovered')
    const printed = await gatehouse(['secrets', 'reset', ...bot, '--json', '--yes'])
    const { client_secret: other } = JSON.parse(printed.stdout) as { client_secret: string }
    expect(other).toMatch(/^\S{40,}$/)
    expect(printed.stderr).not.toContain(other)
    expect(printed.stderr).toContain('cannot be recovered')
  })

  it('that failed leave no file behind', async () => {
    const file = `${directory}/nothing`
    const ended = await gatehouse([
      'tokens',
      'create',
      'Not A Name',
      '--api',
      API_1,
      ...bot,
      '--output-file',
      file,
    ])
    expect(ended.status).toBe(2)
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })
})

describe('lost replies', () => {
  // The gateway does what it is asked, and its answer is lost on the way.
  const losing = (times: number, method: string) => {
    const sent: string[] = []
    const real = fetchFrom(house().gateway)
    const fetch = async (request: Request) => {
      if (request.method !== method) return real(request)
      sent.push(request.headers.get('idempotency-key') ?? 'none')
      const answer = await real(request)
      if (sent.length > times) return answer
      await answer.text()
      throw new TypeError('fetch failed')
    }
    return { fetch, sent }
  }

  it('make one object, whose making is told', async () => {
    const { fetch, sent } = losing(1, 'POST')
    const ended = await gatehouse(['groups', 'create', '/acme/once', '--json'], { fetch })
    expect([ended.status, sent.length, new Set(sent).size]).toEqual([0, 2, 1])
    expect(ended.stderr).toContain('the first answer was lost')
    const { id } = JSON.parse(ended.stdout) as { id: string }
    expect(await gatehouse.json('groups', 'get', 'once')).toMatchObject({ id })
  })

  it('of changes are not repeated', async () => {
    const { fetch, sent } = losing(9, 'PATCH')
    const ended = await gatehouse(
      ['groups', 'update', 'once', '--display-name', 'Once', '--json'],
      { fetch },
    )
    expect([ended.status, sent.length]).toEqual([8, 1])
    expect(errorOf(ended).code).toBe('unavailable')
  })
})

describe('lists', () => {
  it('follow their pages to the end, or to the limit', async () => {
    const { make } = house()
    const names = Array.from({ length: 203 }, (_, index) => `many-${index}`)
    await make.namespace('/globex/many')
    for (const name of names) await make.create('/groups', { namespace: '/globex/many', name })
    const list = ['groups', 'list', '--namespace', '/globex/many']
    const all = await gatehouse.json<{ name: string }[]>(...list)
    expect(all.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    expect(await gatehouse.json(...list, '--limit', '201')).toHaveLength(201)
    const some = await gatehouse([...list, '--limit', '2'])
    expect(some.stdout.trimEnd().split('\n')).toHaveLength(3)
    expect(some.stderr).toContain('there are more')
  })

  it('of members change with the members', async () => {
    await gatehouse.json('groups', 'create', '/acme/crew')
    const of = ['--group', 'crew']
    expect(await gatehouse(['groups', 'members', 'add', 'deployer', ...of])).toMatchObject({
      status: 0,
      stdout: '',
    })
    expect(await gatehouse.json('groups', 'members', 'list', ...of)).toMatchObject([
      { name: 'deployer' },
    ])
    expect((await gatehouse(['groups', 'members', 'remove', 'deployer', ...of])).status).toBe(2)
    expect(
      (await gatehouse(['groups', 'members', 'remove', 'deployer', ...of, '--yes'])).status,
    ).toBe(0)
    expect(await gatehouse.json('groups', 'members', 'list', ...of)).toEqual([])
  })
})

describe('a second owner', () => {
  it('is waited for, approves or rejects', async () => {
    await gatehouse.json('namespaces', 'create', '/acme/careful')
    await gatehouse.json('namespaces', 'update', '/acme/careful', '--widening-needs-approval')
    await gatehouse.json('accounts', 'create', '/acme/careful/bot')
    const ended = await gatehouse([
      'policies',
      'create',
      'p',
      '--account',
      '/acme/careful/bot',
      '--issuer',
      'https://issuer-a.test',
      '--audience',
      settings.issuerUrl,
      '--claim',
      'repository_id=1',
      '--claim',
      'repository_owner_id=2',
      '--claim',
      'ref=refs/heads/main',
      '--json',
    ])
    const { id } = JSON.parse(ended.stdout) as { id: string }
    expect([ended.status, ended.stderr]).toEqual([
      0,
      expect.stringContaining(`pending approve ${id}`),
    ])
    expect(await gatehouse.json('pending', 'list', '--state', 'pending')).toMatchObject([{ id }])
    const own = await gatehouse(['pending', 'approve', id, '--json'])
    expect([own.status, errorOf(own).code]).toEqual([5, 'self_modification'])
    expect(await gatehouse.json('pending', 'reject', id)).toMatchObject({ state: 'rejected' })
  })
})
