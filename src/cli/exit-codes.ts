/** What each exit code means; `gatehouse help exit-codes` prints it. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  authentication: 4,
  denied: 5,
  findings: 6,
  conflict: 7,
  unavailable: 8,
  interrupted: 130,
} as const

export type Exit = keyof typeof exitCodes
