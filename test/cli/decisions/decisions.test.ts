import { describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/cli/decisions/decision.ts'
import { oneLineStory, story } from '../../../src/cli/decisions/story.ts'
import { useHouse } from '../../support/attack.ts'
import { policyP0 } from '../../support/baseline.ts'
import { ended, startGatehouse } from '../../support/gatehouse-process.ts'
import { commandLine } from '../../support/in-process.ts'
import type { Claims } from '../../support/issuer.ts'

const house = useHouse({ preset: 'github-actions' })
const gatehouse = commandLine(() => house().gateway)

const exchange = async (claims: Claims, client?: string): Promise<string> => {
  const { gateway, BR, BT } = house()
  const form = BR({ subject_token: BT(claims), ...(client && { client_id: client }) })
  const answer = (await (await gateway.token(form)).json()) as Record<string, string>
  return answer.decision_id ?? ''
}

describe('decisions show', () => {
  it('tells what missed, with both sides and a next step', async () => {
    const id = await exchange({ repository_id: '9', sub: 'repo:acme/other:ref:refs/heads/main' })
    const { status, stdout } = await gatehouse(['decisions', 'show', id])
    expect(status).toBe(0)
    expect(stdout).toContain(`${id} at `)
    expect(stdout).toContain(': refused, no_policy_matched')
    expect(stdout).toContain('policy "P0"')
    expect(stdout).toContain(
      '  MISSED  repository_id: expected "1001", the token has "9" (mismatch)',
    )
    expect(stdout).toContain('  holds   repository_owner_id: "501"')
    expect(stdout).toMatch(/next: closest is tp_\w+, which missed repository_id, sub: correct/)
    expect(await gatehouse.json('decisions', 'show', id)).toMatchObject({ id, outcome: 'refused' })
    expect((await gatehouse(['decisions', 'show', 'dec_0'])).status).toBe(3)
  })

  it('tells what was issued, and how to take it back', async () => {
    await exchange({})
    const [issued] = await gatehouse.json<Decision[]>(
      'decisions',
      'list',
      '--outcome',
      'issued',
      '--account',
      '/acme/deployer',
      '--limit',
      '1',
    )
    const { stdout } = await gatehouse(['decisions', 'show', String(issued?.id)])
    expect(stdout).toContain(': issued')
    expect(stdout).toContain('all clauses hold')
    expect(stdout).toContain(`--by token --value ${issued?.token_jti}`)
  })

  it('shows no text of a token that would move a cursor', async () => {
    const id = await exchange({ repository_id: 'x\u001b[2J\u202e' })
    const { stdout } = await gatehouse(['decisions', 'show', id])
    expect(stdout).toContain('repository_id')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
  })

  it('knows a next step for each story', () => {
    const base: Decision = {
      id: 'dec_1',
      at: '2026-01-01T00:00:00Z',
      outcome: 'refused',
      reason: 'no_policy_matched',
      grant_type: 'a:b:token-exchange',
      service_account_id: 'sa_1',
      client_id: 'cli_1',
      namespace: '/acme',
      issuer: 'https://i.test',
      subject: 's',
      jti: 'j',
      audience: null,
      scope: [],
      token_jti: null,
      token_expires_at: null,
      policy: null,
      policies: [],
      omitted_before: 3,
    }
    const clause = (claim: string) => ({
      claim,
      expected: 1,
      actual: null,
      verdict: 'missing',
      hint: 'look',
    })
    const tried = (id: string, ...claims: string[]) => ({
      id,
      version: 1,
      name: id,
      satisfied: false,
      clauses: claims.map(clause),
    })
    expect(story(base)).toContain('next: sa_1 has no policy')
    expect(story(base)).toContain('3 refusal(s) before it were only counted')
    expect(story({ ...base, policies: [tried('tp_1', 'exp')] })).toContain('too late or too early')
    expect(story({ ...base, policies: [tried('tp_1', 'aud')] })).toContain('for the audience')
    const two = { ...base, policies: [tried('tp_1', 'ref', 'sha'), tried('tp_2', 'ref')] }
    expect(story(two)).toContain('closest is tp_2, which missed ref')
    expect(story(two)).toContain('the token has no such claim (missing)\n          hint: look')
    expect(oneLineStory(two)).toContain('missed ref')
    expect(story({ ...base, reason: 'reused' })).toContain('next: this identity token was spent')
    expect(story({ ...base, reason: 'a_new_one' })).toContain('look up the reason a_new_one')
  })
})

describe('decisions tail', () => {
  it('prints what there is once, oldest first', async () => {
    const account = await house().account('tailed', {
      policies: [policyP0(house().gateway.issuers.a.url)],
    })
    const first = await exchange({ repository_id: '7' }, account.client_id)
    const second = await exchange({ repository_id: '8' }, account.client_id)
    await exchange({}, account.client_id)
    const { status, stdout } = await gatehouse([
      'decisions',
      'tail',
      '--once',
      '--denied',
      '--since',
      '1h',
      '--account',
      'tailed',
      '--json',
    ])
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Decision)
    expect([status, lines.map(({ id }) => id)]).toEqual([0, [first, second]])
  })

  it('prints each new one once', async () => {
    const account = await house().account('followed', {
      policies: [policyP0(house().gateway.issuers.a.url)],
    })
    const made: string[] = []
    let stdout = ''
    // Between two looks a job is refused; after five looks somebody pulls the plug.
    const sleep = async () => {
      if (made.length === 5) throw new Error('enough')
      made.push(await exchange({ repository_id: '7' }, account.client_id))
    }
    const writeOut = (text: string) => {
      stdout += text
    }
    await gatehouse(['decisions', 'tail', '--account', 'followed', '--json'], { sleep, writeOut })
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id?: string }).id)
    expect(ids.filter((id) => id !== undefined)).toEqual(made)
  })

  it('ends with 130 at Ctrl-C, and without words', async () => {
    const { gateway } = house()
    await gatehouse.json('accounts', 'create', '/acme/watcher', '--role', 'role_viewer')
    const named = ['watch', '--account', 'watcher', '--api', 'urn:gatehouse:admin']
    const { token } = await gatehouse.json('tokens', 'create', ...named)
    const env = { GATEHOUSE_URL: gateway.url(), GATEHOUSE_TOKEN: String(token) }
    const child = startGatehouse(['decisions', 'tail', '--verbose'], { env })
    // The first look has been answered.
    child.stderr.once('data', () => child.kill('SIGINT'))
    const { status, stdout, stderr } = await ended(child)
    expect([status, stdout]).toEqual([130, ''])
    expect(stderr).not.toContain('error')
    expect(stderr).not.toContain(token)
  })
})
