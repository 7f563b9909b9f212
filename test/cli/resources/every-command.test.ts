import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verbsOf } from '../../../src/cli/resources/collection.ts'
import { collections } from '../../../src/cli/resources/collections.ts'
import { useHouse } from '../../support/attack.ts'
import { API_1 } from '../../support/fixture.ts'
import { commandLine } from '../../support/in-process.ts'
import { settings } from '../../support/settings.ts'

const house = useHouse()
const gatehouse = commandLine(() => house().gateway)

interface Trip {
  /** The words after `create`. */
  readonly make: readonly string[]
  readonly input?: string
  /** What the objects lie in. */
  readonly within?: readonly string[]
  /** How it is named after its making; by its id where there is no name. */
  readonly name?: string
  /** What `update` says, and the member that shows it. */
  readonly change?: readonly [readonly string[], string, unknown]
  /** What filters the list. */
  readonly search?: readonly string[]
}

const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  type: 'spki',
  format: 'pem',
})
const bot = ['--account', '/acme/deployer']
const claims = ['repository_id=1001', 'repository_owner_id=501', 'ref=refs/heads/main']

const trips: Readonly<Record<string, Trip>> = {
  namespaces: {
    make: ['/acme/trip', '--kind', 'project'],
    name: '/acme/trip',
    change: [['--display-name', 'Trip'], 'display_name', 'Trip'],
    search: ['--path', '/acme/trip'],
  },
  apis: {
    make: ['https://trip.test', '--namespace', '/acme', '--name', 'Trip', '--permissions', 'a,b'],
    name: 'https://trip.test',
    change: [['--permissions', 'a'], 'permissions', ['a']],
    search: ['--name', 'Trip'],
  },
  roles: {
    make: ['/acme/tripper', '--api', API_1, '--permissions', 'deploy:read'],
    name: '/acme/tripper',
    change: [
      ['--permissions', 'deploy:read', '--permissions', 'deploy:write'],
      'permissions',
      ['deploy:read', 'deploy:write'],
    ],
    search: ['--api', API_1],
  },
  groups: {
    make: ['/acme/trippers', '--display-name', 'Trippers'],
    name: 'trippers',
    change: [['--unset', 'display-name'], 'display_name', null],
    search: ['--namespace', '/acme'],
  },
  accounts: {
    make: ['/acme/trip-bot', '--role', 'api-1-user'],
    name: 'trip-bot',
    change: [['--description', 'trips', '--no-enabled'], 'enabled', false],
    search: ['--kind', 'workload'],
  },
  bindings: {
    make: ['--role', 'api-2-user', '--namespace', '/acme', ...bot],
    search: bot,
  },
  issuers: {
    make: ['https://issuer-evil.test', '--namespace', '/acme', '--name', 'Trip'],
    name: 'https://issuer-evil.test',
    change: [['--no-enabled'], 'enabled', false],
    search: ['--name', 'Trip'],
  },
  policies: {
    make: [
      'trip',
      '--issuer',
      'https://issuer-a.test',
      '--audience',
      settings.issuerUrl,
      ...claims.flatMap((claim) => ['--claim', claim]),
    ],
    within: bot,
    name: 'trip',
    change: [['--max-token-ttl-seconds', '300'], 'max_token_ttl_seconds', 300],
  },
  secrets: { make: ['--expires-in-days', '30'], within: bot },
  keys: { make: ['--pem-file', '-'], input: String(pem), within: bot },
  tokens: {
    make: ['trip', '--api', API_1, '--expires-in-days', '30'],
    within: bot,
    name: 'trip',
    change: [['--name', 'tripped'], 'name', 'tripped'],
  },
  pairings: { make: bot },
  subscriptions: {
    make: ['https://hooks.acme.test/x', '--namespace', '/acme', '--channel', 'webhook'],
    change: [['--no-enabled'], 'enabled', false],
  },
}

type Item = Readonly<Record<string, unknown>>

describe('every command', () => {
  it('is in the help of its collection', async () => {
    for (const collection of collections) {
      const help = await gatehouse([...collection.command, '--help'])
      expect(help.status).toBe(0)
      for (const { name, operation } of verbsOf(collection)) {
        expect(help.stdout, operation.name).toContain(`  ${name}`)
        const own = await gatehouse([...collection.command, name, '--help'])
        expect([own.status, own.stdout.split('\n')[0]]).toEqual([
          0,
          expect.stringContaining(`gatehouse ${collection.command.join(' ')} ${name}`),
        ])
      }
    }
  })

  it('has a round trip where things are made and deleted', () => {
    const made = collections.filter((collection) => {
      const names = verbsOf(collection).map(({ name }) => name)
      return names.includes('create') && names.includes('delete')
    })
    expect(made.map(({ command }) => command.join(' ')).toSorted()).toEqual(
      Object.keys(trips).toSorted(),
    )
  })

  for (const [collection, trip] of Object.entries(trips)) {
    const { make, within = [], change, search = [], input } = trip
    it(`makes, reads, changes and deletes ${collection}`, async () => {
      const made = await gatehouse([collection, 'create', ...make, ...within, '--json'], {
        ...(input && { input }),
      })
      expect([made.status, made.stderr.match(/^error.*/m)?.[0]]).toEqual([0, undefined])
      const { id } = JSON.parse(made.stdout) as { id: string }
      const name = trip.name ?? id
      const read = await gatehouse.json<Item>(collection, 'get', name, ...within)
      expect(read.id).toBe(id)
      const listed = await gatehouse.json<Item[]>(collection, 'list', ...search, ...within)
      expect(listed.map((item) => item.id)).toContain(id)
      const inWords = await gatehouse([collection, 'list', ...search, ...within])
      expect(inWords.stdout).toContain(id)
      if (change !== undefined) {
        const [flags, member, value] = change
        const changed = await gatehouse.json<Item>(collection, 'update', name, ...flags, ...within)
        expect(changed[member]).toEqual(value)
      }
      const refused = await gatehouse([collection, 'delete', id, ...within])
      expect([refused.status, refused.stdout]).toEqual([2, ''])
      expect(refused.stderr).toContain('--yes')
      expect(await gatehouse.json(collection, 'delete', id, ...within, '--yes')).toEqual({
        deleted: id,
      })
      const gone = await gatehouse([collection, 'get', id, ...within, '--json'])
      expect([gone.status, JSON.parse(gone.stdout)]).toEqual([
        3,
        { error: expect.objectContaining({ code: 'not_found' }) },
      ])
    })
  }
})
