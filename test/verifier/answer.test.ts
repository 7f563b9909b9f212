import { expect, it } from 'vitest'
import { createVerifier, metadataAnswer, Refused, refusalAnswer } from '../../src/verifier/index.ts'

const issuer = 'https://sts.example.com'
const api = createVerifier({ issuer, audience: 'https://api.example.com/v1' })
const link = 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/v1"'

it('tells who brings nothing only where to go', () => {
  expect(refusalAnswer(new Refused('no_token'), api)).toEqual({
    status: 401,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'www-authenticate': `Bearer ${link}`,
    },
    body: { error: 'token_required', error_description: 'this API needs a Bearer token' },
  })
})

it('tells a bad token by its code', () => {
  const { status, headers, body } = refusalAnswer(new Refused('expired'), api)
  expect(status).toBe(401)
  expect(headers['www-authenticate']).toBe(
    `Bearer error="invalid_token", error_description="the token has expired", ${link}`,
  )
  expect(body).toEqual({ error: 'invalid_token', error_description: 'the token has expired' })
})

it('names the scopes that would do', () => {
  const refused = new Refused('insufficient_scope', { scopes: ['deploy:read', 'deploy:write'] })
  const { status, headers } = refusalAnswer(refused, api)
  expect(status).toBe(403)
  expect(headers['www-authenticate']).toBe(
    'Bearer error="insufficient_scope", error_description="the token lacks a scope", ' +
      `scope="deploy:read deploy:write", ${link}`,
  )
})

it('asks to come back where nothing can be said of the token', () => {
  expect(refusalAnswer(new Refused('keys_unavailable', { retryAfterSeconds: 30 }), api)).toEqual({
    status: 503,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'retry-after': '30',
    },
    body: {
      error: 'temporarily_unavailable',
      error_description: 'the keys of the issuer are out of reach',
    },
  })
})

it('has no link where the API has no URL', () => {
  const named = createVerifier({ issuer, audience: 'urn:example:api' })
  expect(named.metadata).toBeNull()
  expect(refusalAnswer(new Refused('no_token'), named).headers['www-authenticate']).toBe('Bearer')
})

it.each([
  ['https://api.example.com', '/.well-known/oauth-protected-resource', ''],
  ['https://api.example.com/', '/.well-known/oauth-protected-resource', ''],
  ['https://api.example.com/a/b', '/.well-known/oauth-protected-resource/a/b', ''],
  ['https://api.example.com/a/', '/.well-known/oauth-protected-resource/a/', ''],
  ['https://api.example.com/?t=1', '/.well-known/oauth-protected-resource', '?t=1'],
  ['https://api.example.com/a?t=1', '/.well-known/oauth-protected-resource/a', '?t=1'],
])('puts the metadata of %s where RFC 9728 has it', (audience, path, query) => {
  const { metadata } = createVerifier({ issuer, audience })
  expect(metadata).toMatchObject({ path, url: `https://api.example.com${path}${query}` })
  expect(metadata?.document.resource).toBe(audience)
})

it('tells of the API what its owner wants told', () => {
  const { metadata } = createVerifier({
    issuer,
    audience: 'https://api.example.com',
    resource: { name: 'Deploy API', scopes: ['deploy:write'], documentation: 'https://d.example' },
  })
  if (metadata === null) throw new Error('an https audience has metadata')
  expect(metadataAnswer(metadata)).toEqual({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
    },
    body: {
      resource: 'https://api.example.com',
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      scopes_supported: ['deploy:write'],
      resource_name: 'Deploy API',
      resource_documentation: 'https://d.example',
    },
  })
})
