import { describe, expect, it } from 'vitest'
import { instructions } from '../../src/cli/policy/pairing.ts'
import { curlOf } from '../../src/core/suggestion/curl.ts'

const code = {
  id: 'pc_1',
  namespace: '/acme',
  service_account_id: null,
  status: 'waiting' as const,
  created_by: 'sa_1',
  created_at: '',
  expires_at: 'soon\ntouch pwned',
  paired_at: null,
  code: 'gthp_x\ntouch pwned',
  pairing_endpoint: 'https://evil.example/; touch pwned',
}

describe('commands that people paste', () => {
  it('hold nothing that a gateway answers to a pairing', () => {
    const text = instructions(code, 'https://gw.test')
    expect(text).not.toContain('evil.example')
    expect(text).not.toMatch(/^touch/m)
    expect(text).toContain("--fail-with-body 'https://gw.test/oauth/pair' --data @-")
  })

  it('hold no path that is a command, and no token as an argument', () => {
    expect(curlOf('/admin/v1/$(touch pwned)', {})).toBeNull()
    expect(curlOf('/admin/v1/x";id;"', {})).toBeNull()
    const curl = curlOf('/admin/v1/service-accounts/sa_1/trust-policies', { name: 'POLICY\nid' })
    expect(curl).not.toMatch(/^id/m)
    expect(curl).toContain(`@<(printf 'Authorization: Bearer %s' "$ADMIN")`)
  })
})
