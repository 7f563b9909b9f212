import { defineConfig } from 'vitest/config'

// What mostly waits: for processes, for shells, for retries. Two of these run side by side.
const patient = [
  'examples/**/*.test.ts',
  'test/{ci,cli,client,core,crypto,docs,package,pipeline,policy-file,reference,verifier}/**/*.test.ts',
]

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'ends',
          include: patient,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'gateway',
          include: ['test/**/*.test.ts'],
          exclude: patient,
          // One file at a time: a test, its database and its Worker fill two cores, and races of 500
          // are to measure the gateway, not its neighbors.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
