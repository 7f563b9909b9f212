/** What a room may know: other rooms, and packages. Type imports count. */
export interface Room {
  readonly rooms: readonly string[]
  readonly packages: readonly string[]
}

/**
 * The layering rule of docs/architecture.md. Data falls from the doors to the hearth; nothing
 * calls upstairs.
 */
export const house: Readonly<Record<string, Room>> = {
  core: { rooms: [], packages: ['zod'] },
  issuers: { rooms: ['core'], packages: [] },
  'config.ts': { rooms: ['core'], packages: ['zod'] },
  'log.ts': { rooms: ['core'], packages: [] },
  'patience.ts': { rooms: [], packages: [] },
  'bounded-text.ts': { rooms: [], packages: [] },
  crypto: { rooms: ['core', 'config.ts', 'patience.ts', 'bounded-text.ts'], packages: ['jose'] },
  store: { rooms: ['core', 'patience.ts'], packages: ['drizzle-orm', '@libsql/client'] },
  notify: { rooms: ['core', 'patience.ts'], packages: [] },
  'context.ts': {
    rooms: ['core', 'config.ts', 'log.ts', 'crypto', 'store', 'notify'],
    packages: [],
  },
  grants: { rooms: ['core', 'patience.ts', 'crypto', 'store', 'context.ts'], packages: [] },
  admin: { rooms: ['core', 'crypto', 'store', 'issuers', 'context.ts'], packages: [] },
  schedule: {
    rooms: ['core', 'patience.ts', 'crypto', 'store', 'notify', 'context.ts'],
    packages: [],
  },
  http: { rooms: ['core', 'grants', 'admin', 'context.ts'], packages: ['hono', 'zod'] },
  client: { rooms: [], packages: ['openapi-fetch'] },
  verifier: {
    rooms: ['core', 'patience.ts', 'bounded-text.ts'],
    packages: ['jose', 'hono', 'express', 'fastify'],
  },
  pipeline: { rooms: ['core', 'bounded-text.ts'], packages: [] },
  'policy-file': { rooms: ['core', 'issuers'], packages: ['yaml', 'zod'] },
  cli: {
    rooms: ['core', 'issuers', 'client', 'pipeline', 'policy-file'],
    packages: ['commander', 'yaml', '@clack/prompts', 'jose'],
  },
  action: { rooms: ['core', 'pipeline'], packages: ['@actions/core'] },
  'compose.ts': {
    rooms: [
      'core',
      'config.ts',
      'context.ts',
      'log.ts',
      'patience.ts',
      'crypto',
      'store',
      'issuers',
      'notify',
    ],
    packages: [],
  },
  'worker.ts': { rooms: ['compose.ts', 'crypto', 'http', 'schedule'], packages: [] },
  'index.ts': { rooms: ['worker.ts'], packages: [] },
}

/** Rooms that run in Node; everything else has to run in workerd too. */
export const onNode = new Set(['pipeline', 'cli', 'action'])

/** Where a process's environment is read: once, at the door. */
export const environmentReaders = ['config.ts', 'cli/main.ts', 'action/main.ts', 'action/post.ts']
