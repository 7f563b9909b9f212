/** Authenticates what is kept where others could write: cache entries and cursors. */
export interface Seal {
  /** A tag over the parts, base64url. */
  tag(...parts: readonly string[]): Promise<string>
  /** Whether the tag was made by us over exactly these parts. */
  check(tag: string, ...parts: readonly string[]): Promise<boolean>
}
