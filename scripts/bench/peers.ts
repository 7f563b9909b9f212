import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { benchAudience } from './seed.ts'
import type { Credentials } from './series.ts'

/** Another authorization server on this machine, and the one client that it knows. */
export interface Peer {
  readonly endpoint: string
  readonly client: Credentials
  close(): void
}

const running = new Set<ChildProcess>()

/** Ends whatever peers are still up. */
export const endPeers = (): void => {
  for (const child of running) child.kill()
}

/** Starts npm's `oidc-provider` in a process of its own, as the gateway has one. */
export const startPeer = async (): Promise<Peer> => {
  const client = { client_id: 'bench', client_secret: randomBytes(32).toString('base64url') }
  const script = fileURLToPath(new URL('./peer-process.ts', import.meta.url))
  const child = fork(script, [client.client_id, client.client_secret, benchAudience], {
    // It warns at length about memory as a store, which is the point here.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  running.add(child)
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const close = (): void => {
    running.delete(child)
    child.kill()
  }
  return { endpoint: `${url}/token`, client, close }
}
