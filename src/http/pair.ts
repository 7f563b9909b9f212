import type { Context } from 'hono'
import { present } from '../admin/pairing/present.ts'
import type { HttpEnv } from './env.ts'
import { readForm, refuse } from './form-request.ts'
import { jsonReply } from './reply.ts'

const event = 'pairing_refused'

/** `POST /oauth/pair`: a job shows who it is, once, to whoever gave it a pairing code. */
export const pairEndpoint = async (c: Context<HttpEnv>): Promise<Response> => {
  const form = await readForm(c, event)
  if (!form.ok) return form.error
  const code = form.value.get('pairing_code')
  const token = form.value.get('subject_token')
  if (code === undefined) {
    return refuse(c, event, { reason: 'invalid_request', fault: 'missing_pairing_code' })
  }
  if (token === undefined) {
    return refuse(c, event, { reason: 'invalid_request', fault: 'missing_subject_token' })
  }
  const { gatehouse, decisionId: requestId } = c.env
  const paired = await present(gatehouse, { code, token, requestId })
  if (!paired.ok) return refuse(c, event, paired.error)
  // Names alone: the job knows the values, and its log need not.
  return jsonReply(200, { status: 'paired', claims: Object.keys(paired.value).sort() })
}
