import { answerToken, type Keys, verifyForm } from './crypto-floor.ts'

// The least that any exchange must do: verify RS256, sign ES256. No policy, no replay, no record,
// no database.
export default {
  async fetch(request: Request, env: Keys): Promise<Response> {
    const { sub } = await verifyForm(request, env)
    return answerToken(String(sub), env)
  },
}
