import { claimsFor, encrypted, keyedWith, ownJwk, selfSigned, unsigned } from './forge.ts'
import type { Answer } from './target.ts'
import { expectAlike, expectRefusal, type Ground, type Trial } from './trial.ts'

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const jwt = 'urn:ietf:params:oauth:token-type:jwt'

/** A well-known issuer: most deployments have registered it, and none of its keys are ours. */
const issuer = 'https://token.actions.githubusercontent.com'

const present = ({ target, clientId }: Ground, token: string): Promise<Answer> =>
  target.post('/oauth/token', {
    grant_type: exchange,
    client_id: clientId,
    subject_token: token,
    subject_token_type: jwt,
  })

const refused = async (ground: Ground, tokens: readonly (readonly [string, string])[]) => {
  const answers: [string, Answer][] = []
  for (const [what, token] of tokens) {
    const answer = await present(ground, token)
    expectRefusal(answer, [400, 'invalid_request'], what)
    answers.push([what, answer])
  }
  expectAlike(answers)
}

const trial = (
  id: string,
  name: string,
  tokens: (ground: Ground) => readonly (readonly [string, string])[],
): Trial => ({ id, name, run: (ground) => refused(ground, tokens(ground)) })

const claims = ({ target }: Ground) => claimsFor(target.origin, issuer)

/** Forged and malformed tokens: each is refused, and all alike. */
export const tokenTrials: readonly Trial[] = [
  trial('AC-001', 'a token without a signature', (ground) => [
    ['alg none', unsigned(claims(ground), 'none')],
    ['alg nOnE', unsigned(claims(ground), 'nOnE')],
  ]),
  trial('AC-004', 'a token keyed with our own public key', (ground) =>
    ground.keys.slice(0, 1).flatMap((key): [string, string][] => [
      ['HS256 by the JWK', keyedWith(claims(ground), JSON.stringify(key))],
      ['HS256 by its kid', keyedWith(claims(ground), String(key.kid), { kid: key.kid })],
    ]),
  ),
  trial('AC-009', 'a token that brings its own key', (ground) => [
    ['jwk', selfSigned(claims(ground), { jwk: ownJwk })],
    ['jku', selfSigned(claims(ground), { jku: `${ground.target.origin}/.well-known/jwks.json` })],
  ]),
  trial('AC-013', 'a header that has to be understood', (ground) => [
    ['crit', selfSigned(claims(ground), { crit: ['x-smoke'], 'x-smoke': 1 })],
    ['b64', selfSigned(claims(ground), { b64: false })],
  ]),
  trial('AC-019', 'an encrypted token', () => [['JWE', encrypted()]]),
  trial('AC-167', 'a token of an issuer that nobody registered', (ground) => [
    ['an unknown issuer', selfSigned(claimsFor(ground.target.origin, 'https://nobody.invalid'))],
  ]),
  trial('R1', 'what is no token, and what is too long', () => [
    ['a word', 'token'],
    ['two dots', '..'],
    ['17 KB', `e${'a'.repeat(17_000)}.e.e`],
  ]),
  {
    id: 'R17',
    name: 'unknown accounts and forged tokens are refused alike',
    run: async (ground) => {
      const token = selfSigned(claims(ground))
      const known = await present(ground, token)
      const unknown = await present({ ...ground, clientId: 'cli_nobody' }, token)
      expectAlike([
        ['an account', known],
        ['an unknown account', unknown],
      ])
    },
  },
]
