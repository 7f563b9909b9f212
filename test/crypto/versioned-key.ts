import type { VersionedKey } from '../../src/config.ts'

/** A key of 32 equal bytes; a new object each time, as two deployments would have. */
export const versionedKey = (version: number, byte: number): VersionedKey => ({
  version,
  bytes: new Uint8Array(32).fill(byte),
})
