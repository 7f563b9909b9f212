import { testIssuer } from 'gatehouse/testing'
import { gatehouse } from 'gatehouse/verify/fetch'

// A gateway on a port, and a verifier that reaches it as it would reach any: by the platform's fetch.
const issuer = await testIssuer({ audience: 'https://api.test', listen: true })
const api = gatehouse(issuer.options, (_, { serviceAccount }) => new Response(serviceAccount))
const statusOf = async (token: string): Promise<number> => {
  const headers = { authorization: `Bearer ${token}` }
  return (await api(new Request(issuer.audience, { headers }))).status
}
const statuses = [await statusOf(await issuer.token()), await statusOf(await issuer.forged())]
await issuer.close()
console.log(JSON.stringify({ statuses, requests: issuer.requests }))
