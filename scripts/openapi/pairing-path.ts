import { pairingParameters } from '../../src/http/form.ts'
import { form, json, refusals, text } from './forms.ts'

/** `POST /oauth/pair`, as the document tells it. */
export const pairing = {
  operationId: 'oauth.pair',
  tags: ['oauth'],
  summary: 'Show, as a job, who you are to whoever made a pairing code; nothing is issued',
  security: [],
  requestBody: form(pairingParameters, {}, { required: [...pairingParameters] }),
  responses: {
    '200': {
      description: 'The claims of your token are kept; the code is spent',
      content: json({
        type: 'object',
        required: ['status', 'claims'],
        properties: { status: { const: 'paired' }, claims: { type: 'array', items: text } },
      }),
    },
    ...refusals,
  },
}
