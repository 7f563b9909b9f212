/**
 * Ends this process once what it wrote has arrived. It does not wait for connections: one that a
 * server never answers cannot always be stopped (see `bounded`) and would hold a job for minutes.
 */
export const endProcess = (status: number): void => {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)))
}
