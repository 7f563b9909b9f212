import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { gatehouse } from '../support/gatehouse-process.ts'
import { deployApi, useLocalSetting } from '../support/local-setting.ts'

const setting = useLocalSetting()

const job = () => ({
  ...setting().platform.env,
  GATEHOUSE_URL: setting().gateway.url,
  GATEHOUSE_CLIENT_ID: setting().clientId,
})

describe('gatehouse exchange', () => {
  it('prints the access token of a GitHub job and nothing else', async () => {
    const { status, stdout, stderr } = await gatehouse(['exchange'], { env: job() })
    expect([status, stderr]).toEqual([0, ''])
    expect(decodeJwt(stdout.trim())).toMatchObject({ aud: deployApi, namespace: '/acme/payments' })
  })

  it('says which claims missed, with the line to run next', async () => {
    setting().platform.claims = { ref: 'refs/heads/try-me' }
    const refused = await gatehouse(['exchange'], { env: job() })
    const asJson = await gatehouse(['exchange', '--json'], { env: job() })
    setting().platform.claims = {}
    expect([refused.status, refused.stdout]).toEqual([5, ''])
    expect(refused.stderr).toContain('No trust policy accepts this job. Missed: ref')
    expect(refused.stderr).toContain('ref = "refs/heads/try-me"')
    expect(refused.stderr).toMatch(/next: .*gatehouse decisions show dec_\w+/)
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      error: {
        code: 'denied',
        correlation_id: expect.stringMatching(/^dec_/),
        details: { reason: 'policy_mismatch' },
      },
    })
  })
})
