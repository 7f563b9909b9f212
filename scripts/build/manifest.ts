import { entries, placeOf } from './paths.ts'

/** What a checkout's `package.json` has that the package keeps. */
export interface Checkout {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly engines: object
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const frameworks = ['express', 'fastify', 'hono'] as const

const compatible = (version: string | undefined): string => `^${version}`

/** The `package.json` of the package: jose is all that it needs. */
export const manifestOf = (checkout: Checkout): object => {
  const { name, version, description, license, engines } = checkout
  const known = { ...checkout.devDependencies, ...checkout.dependencies }
  const peers = frameworks.map((peer) => [peer, compatible(known[peer])] as const)
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    bin: { gatehouse: 'bin/gatehouse.js' },
    exports: Object.fromEntries(
      Object.entries(entries).map(([entry, source]) => [
        `./${entry}`,
        { types: `./${placeOf(source)}.d.ts`, default: `./${placeOf(source)}.js` },
      ]),
    ),
    sideEffects: false,
    dependencies: { jose: compatible(known.jose) },
    peerDependencies: Object.fromEntries(peers),
    peerDependenciesMeta: Object.fromEntries(peers.map(([peer]) => [peer, { optional: true }])),
  }
}
