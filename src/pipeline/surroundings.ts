/** What the job that runs us gives us; a test gives the same things. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: (request: Request) => Promise<Response>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
  /** Runs a program without a shell and returns what it printed; rejects when it fails. */
  readonly run: (command: string, argv: readonly string[]) => Promise<string>
  readonly readFile: (path: string) => Promise<string>
  readonly readStdin: () => Promise<string>
}
