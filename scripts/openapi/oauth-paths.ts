import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi'
import { proofAlgorithms } from '../../src/core/dpop.ts'
import { clientAuthenticationMethods, grants } from '../../src/grants/registry.ts'
import { tokenFateParameters, tokenParameters } from '../../src/http/form.ts'
import { form, header, json, refusals, type Schema, text } from './forms.ts'
import { pairing } from './pairing-path.ts'

const token: Schema = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in', 'scope'],
  properties: {
    access_token: text,
    token_type: { enum: ['Bearer', 'DPoP'], description: 'DPoP where a proof was sent' },
    expires_in: { type: 'integer', description: 'Seconds' },
    scope: text,
    issued_token_type: { ...text, description: 'Where a token was exchanged' },
  },
}

const lenient = [{}, { basic: [] }]

const exchange = 'Exchange a token or a credential for an access token'

// Three ways to the same would look alike in a menu.
const tokenOperation = (operationId: string, description: string, summary: string) => ({
  operationId,
  tags: ['oauth'],
  summary,
  description,
  security: lenient,
  parameters: [
    {
      in: 'header',
      name: 'DPoP',
      description: `A proof of possession (RFC 9449), by ${proofAlgorithms.join(', ')}: the token is bound to its key. One that is not accepted is \`invalid_dpop_proof\`.`,
      schema: text,
    },
  ],
  requestBody: form(
    tokenParameters,
    { grant_type: { enum: grants.map(({ type }) => type) } },
    { required: ['grant_type'] },
  ),
  responses: {
    '200': {
      description: 'An access token',
      headers: { 'Gatehouse-Expires-Soon': header('ExpiresSoon') },
      content: json(token),
    },
    ...refusals,
  },
})

const alias = 'Answers exactly like `/oauth/token`, so that clients switch by changing the host.'
const about = `RFC 6749, 8693, 7521 and 7523. A client authenticates by ${clientAuthenticationMethods.join(', ')}.`

const introspection = {
  operationId: 'oauth.introspect',
  tags: ['oauth'],
  summary: 'Ask what a token of ours means now (RFC 7662)',
  security: [{ basic: [] }, { bearer: [] }, {}],
  requestBody: form(tokenFateParameters, {}, { required: ['token'] }),
  responses: {
    '200': {
      description: 'What it means; whatever is not good, or not to be asked, is inactive alike',
      content: json({
        type: 'object',
        required: ['active'],
        properties: { active: { type: 'boolean' } },
      }),
    },
    ...refusals,
  },
}

const revocation = {
  operationId: 'oauth.revoke',
  tags: ['oauth'],
  summary: 'Give up a token of your own (RFC 7009)',
  security: lenient,
  requestBody: form(tokenFateParameters, {}, { required: ['token'] }),
  responses: {
    '200': { description: 'It is good no more', content: json({ type: 'object' }) },
    ...refusals,
  },
}

const feed = {
  operationId: 'oauth.revocations',
  tags: ['oauth'],
  summary: 'Read which living tokens for an API are dead, signed',
  security: [],
  parameters: [
    {
      in: 'query',
      name: 'audience',
      required: true,
      description: 'The identifier of the API',
      schema: text,
    },
  ],
  responses: {
    '200': {
      description: 'A JWT that lists marks of dead tokens',
      headers: { ETag: header('ETag') },
      content: { 'application/revocations+jwt': { schema: text } },
    },
    '304': { description: 'As you have it' },
    '400': refusals['400'],
    '500': refusals['500'],
    '503': refusals['503'],
  },
}

/** What OAuth clients and the APIs behind the gateway call. */
export const oauthPaths: ZodOpenApiPathsObject = {
  '/oauth/token': {
    post: tokenOperation('oauth.token', about, exchange) as ZodOpenApiOperationObject,
  },
  '/v1/serviceaccounts/token': {
    post: tokenOperation(
      'oauth.token-serviceaccounts',
      alias,
      `${exchange} (path of Tharsis)`,
    ) as ZodOpenApiOperationObject,
  },
  '/api/m2m/oauth/token': {
    post: tokenOperation(
      'oauth.token-m2m',
      alias,
      `${exchange} (path of Mia-Platform)`,
    ) as ZodOpenApiOperationObject,
  },
  '/oauth/introspect': { post: introspection as ZodOpenApiOperationObject },
  '/oauth/revoke': { post: revocation as ZodOpenApiOperationObject },
  '/oauth/pair': { post: pairing as ZodOpenApiOperationObject },
  '/oauth/revocations': { get: feed as ZodOpenApiOperationObject },
}
