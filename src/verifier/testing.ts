export { type Battery, battery, type Finding } from './test-battery.ts'
export type { TokenWish } from './test-claims.ts'
export { type TestIssuer, type TestIssuerOptions, testIssuer } from './test-issuer.ts'
export type { Mint, TestTokens } from './test-tokens.ts'
