import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { Miniflare } from 'miniflare'
import { startFakeCi } from '../fake-ci/server.ts'
import { createAdmin } from '../local/client.ts'
import { openDataDirectory } from '../local/data-directory.ts'
import { startLocalGateway } from '../local/gateway.ts'
import { readOptions } from '../local/options.ts'
import { tryPort } from '../local/ports.ts'
import { bundleWorker, localWorker, text } from '../local/workers.ts'
import { done, say, step } from './print.ts'
import { accepted, refused, type Stage, verified } from './scenes.ts'
import { audience, setUp } from './setting.ts'

const usage = `npm run demo

Boots the gateway, a local CI issuer and a sample API on this machine, exchanges tokens of a GitHub
and a GitLab job, and shows what is refused and why. Needs no account and no network; leaves
nothing behind. Exits 1 if any step goes otherwise.`

const startEdgeApi = async (gateway: string): Promise<Miniflare> =>
  new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    workers: [
      localWorker('edge-api', await bundleWorker('scripts/demo/edge-api-worker.ts'), {
        GATEHOUSE: text(gateway),
        AUDIENCE: text(audience),
      }),
    ],
  })

const play = async (stage: Stage): Promise<void> => {
  const { ci, gateway } = stage
  const { jobToken, accessToken } = await accepted(stage, 'github')
  await accepted(stage, 'gitlab')
  await verified(stage, accessToken)
  const mint = async (overrides: object) =>
    (await ci.mint('github', { aud: gateway, ...overrides })).token
  await refused(stage, {
    title: 'Refused: the same token again',
    token: jobToken,
    reason: 'assertion_reused',
  })
  await refused(stage, {
    title: 'Refused: a wrong branch of the right repository',
    token: await mint({
      ref: 'refs/heads/try-me',
      sub: 'repo:acme@90001/api@800002:ref:refs/heads/try-me',
    }),
    reason: 'policy_mismatch',
  })
  await refused(stage, {
    title: 'Refused: a fork',
    token: await mint({
      repository: 'mallory/api',
      repository_id: '900009',
      repository_owner: 'mallory',
      repository_owner_id: '66666',
      sub: 'repo:mallory@66666/api@900009:ref:refs/heads/main',
    }),
  })
  await refused(stage, {
    title: 'Refused: a recycled repository, same name, other id',
    token: await mint({ repository_id: '900010', repository_owner_id: '66667' }),
  })
  await refused(stage, {
    title: 'Refused: a token for another audience',
    token: await mint({ aud: 'https://another-gateway.example' }),
    reason: 'audience_mismatch',
  })
}

const run = async (): Promise<void> => {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-demo-`)
  const ends: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })]
  try {
    step('Boot: the gateway in workerd on embedded libSQL, a CI issuer, an edge API')
    const ci = await startFakeCi()
    ends.unshift(() => ci.close())
    const gateway = await startLocalGateway(await openDataDirectory(directory), {
      port: await tryPort(0),
      log: () => {},
    })
    ends.unshift(() => gateway.close())
    const edgeApi = await startEdgeApi(gateway.url)
    ends.unshift(() => edgeApi.dispose())
    say(`gateway   ${gateway.url}`)
    say(`issuers   ${ci.url} and ${ci.gitlabUrl}`)
    const edgeUrl = (await edgeApi.ready).origin
    say(`edge API  ${edgeUrl}`)
    const admin = await createAdmin(gateway.url, gateway.credentials)
    const setting = await setUp(admin, ci, gateway.url)
    await play({ gateway: gateway.url, edgeApi: edgeUrl, ci, admin, setting })
    done('Every step went as it should.')
  } finally {
    for (const end of ends) await end()
  }
}

if (readOptions(usage, { help: { type: 'boolean', default: false } }).help) {
  console.log(usage)
} else {
  run().then(
    () => process.exit(0),
    (thrown) => {
      console.error(`demo: ${thrown instanceof Error ? thrown.message : thrown}`)
      process.exit(1)
    },
  )
}
