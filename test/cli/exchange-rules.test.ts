import { describe, expect, it } from 'vitest'
import { commandLine } from '../support/command-line.ts'
import { answering } from '../support/surroundings.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const idToken = `${part({})}.${part({ repository_id: '1', ref: 'refs/heads/x\n::stop::' })}.AAAA`
const accessToken = `${part({})}.${part({ client_id: 'cli_x' })}.AAAA`

const env = {
  GATEHOUSE_URL: 'https://gateway.test',
  GATEHOUSE_CLIENT_ID: 'cli_x',
  GATEHOUSE_ID_TOKEN: idToken,
}

const granted = Response.json({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: 600,
  scope: 'deploy:write',
})

const exchange = async (argv: readonly string[], more: Record<string, string> = {}) => {
  const { fetch, requests } = answering(granted)
  const came = await commandLine(['exchange', ...argv], { env: { ...env, ...more }, fetch })
  const forms = await Promise.all(
    requests.map(async (sent) => new URLSearchParams(await sent.text())),
  )
  return { ...came, paths: requests.map(({ url }) => new URL(url).pathname), forms }
}

describe('the rules of an exchange', () => {
  it('revokes a grant that nobody expected', async () => {
    const argv = ['--output', 'token', '--expect-scopes', 'deploy:read']
    const { status, stdout, paths, forms } = await exchange(argv)
    expect([status, stdout]).toEqual([5, ''])
    expect(paths).toEqual(['/oauth/token', '/oauth/revoke'])
    expect(forms[1]?.get('token')).toBe(accessToken)
  })

  it('hands over a grant that was expected', async () => {
    const argv = ['--output', 'token', '--expect-scopes', 'deploy:write']
    expect(await exchange(argv)).toMatchObject({ status: 0, stdout: `${accessToken}\n` })
  })

  it('asks for scopes however they are parted', async () => {
    const { forms } = await exchange(['--output', 'token'], { GATEHOUSE_SCOPES: 'a, b c' })
    expect(forms[0]?.get('scope')).toBe('a b c')
  })

  it('tells the claims when asked to, each in one line, and never the token', async () => {
    const { stderr } = await exchange(['--output', 'token', '--debug-claims'])
    expect(stderr).toContain('claim: repository_id = "1"\n')
    expect(stderr).toContain('claim: ref = "refs/heads/x\\n::stop::"\n')
    expect(stderr).not.toContain(idToken)
  })

  it('prefers a named provider to a secret that lies around', async () => {
    const secret = { GATEHOUSE_CLIENT_SECRET: 'lies-around' }
    const named = await exchange(['--output', 'token', '--provider', 'auto'], secret)
    expect(named.forms[0]?.get('subject_token')).toBe(idToken)
    const plain = await exchange(['--output', 'token'], secret)
    expect(plain.forms[0]?.get('grant_type')).toBe('client_credentials')
  })

  it.each([
    ['--timeout', '0'],
    ['--timeout', 'soon'],
    ['--provider', 'jenkins'],
    ['--client-id', 'sa_1'],
    ['--url', 'vars.URL'],
  ])('refuses %s %s before anything is sent', async (...argv) => {
    const { status, paths } = await exchange(['--output', 'token', ...argv])
    expect([status, paths]).toEqual([2, []])
  })
})
