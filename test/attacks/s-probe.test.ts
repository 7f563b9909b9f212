import { test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { turn, mintAt } from '../support/switches.ts'
import { snapshot } from '../support/snapshot.ts'
const house = useHouse({ entry: 'test', persistKv: true })
test('probe', async () => {
  const { gateway, account, BR } = house()
  console.log(await turn(gateway))
  const once = await account('once', { policies: [policyP0(gateway.issuers.a.url, { replay: 'single_use' })] })
  const count = async (label: string, form: Record<string, string | undefined>) => {
    const before = gateway.hrana.requests()
    const r = await gateway.token(form)
    const at = gateway.hrana.requests() - before
    const text = await r.text()
    await new Promise((f) => setTimeout(f, 300))
    console.log(label, r.status, at, gateway.hrana.requests() - before, text.slice(0, 60))
  }
  await count('cold', BR({ client_id: once.client_id }))
  await count('warm', BR({ client_id: once.client_id }))
  await count('unknown', BR({ client_id: 'nobody' }))
  await count('mismatch', BR({ subject_token: house().BT({ repository_id: '2' }) }))
  await count('badsig', BR({ subject_token: house().BT().slice(0, -5) + 'AAAAA' }))
  const t = mintAt(gateway.issuers.a, -90)
  await count('old', BR({ client_id: once.client_id, subject_token: t }))
  console.log(await turn(gateway), await gateway.kv.expirations())
  await gateway.restart()
  console.log(await turn(gateway), await gateway.kv.keys())
  await gateway.db.execute("DELETE FROM decisions")
  await count('old again', BR({ client_id: once.client_id, subject_token: t }))
  await count('bad client', { grant_type: 'client_credentials', client_id: '\u0001'.repeat(300), client_secret: 'x' })
  await count('bad grant', { grant_type: '\u0001'.repeat(300), client_id: '\u0001'.repeat(300), client_secret: 'x' })
  console.log(gateway.logs.map((l) => [l.length, l.slice(0, 200)]))
  console.log(Object.keys(await snapshot(gateway)))
})
