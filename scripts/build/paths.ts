import { fileURLToPath } from 'node:url'

/** The repository's root, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** What the package exports: the name behind `gatehouse/`, and its source. */
export const entries: Readonly<Record<string, string>> = {
  verify: 'src/verifier/index.ts',
  'verify/hono': 'src/verifier/hono.ts',
  'verify/fetch': 'src/verifier/fetch.ts',
  'verify/express': 'src/verifier/express.ts',
  'verify/fastify': 'src/verifier/fastify.ts',
  testing: 'src/verifier/testing.ts',
}

/** Where a source of `src/` lies in the package, without its ending: `verifier/hono`. */
export const placeOf = (source: string): string => source.replace(/^src\//, '').replace(/\.ts$/, '')
