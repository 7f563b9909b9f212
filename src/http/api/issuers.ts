import { Hono } from 'hono'
import * as z from 'zod'
import * as changes from '../../admin/issuer-changes.ts'
import * as issuers from '../../admin/issuers.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import { replayModes } from '../../core/trust-policy.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, endpoint, type Reply } from './endpoint.ts'
import { freeText, path, toTime } from './fields.ts'

// Not parsed further: members of a key are the workshop's business, and nothing is copied.
const key = z.custom<JsonObject>(isJsonObject, 'expected a JSON Web Key')
const jwks = z.strictObject({ keys: z.array(key).min(1).max(100) }).nullable()
const jwksUri = z.string().nullable()
const algorithms = z
  .array(z.string())
  .min(1)
  .max(16)
  .refine((names) => new Set(names).size === names.length, 'an algorithm is named twice')
const maxTokenAge = z.number().int().min(60).max(86_400)
const replay = z.enum(replayModes).nullable()

const Create = z.strictObject({
  namespace: path,
  name: freeText.optional(),
  issuer: z.string().optional(),
  preset: z.string().nullable().optional(),
  jwks_uri: jwksUri.default(null),
  jwks: jwks.default(null),
  algorithms: algorithms.optional(),
  max_token_age_seconds: maxTokenAge.optional(),
  replay: replay.default(null),
  enabled: z.boolean().default(true),
})

const Change = z.strictObject({
  name: freeText.optional(),
  jwks_uri: jwksUri.optional(),
  jwks: jwks.optional(),
  algorithms: algorithms.optional(),
  max_token_age_seconds: maxTokenAge.optional(),
  replay: replay.optional(),
  enabled: z.boolean().optional(),
})

type ChangeBody = z.output<typeof Change>

const toChanges = ({ jwks_uri: uri, max_token_age_seconds: age, ...rest }: ChangeBody) => ({
  ...(rest.name !== undefined && { name: rest.name }),
  ...(uri !== undefined && { jwksUri: uri }),
  ...(rest.jwks !== undefined && { jwks: rest.jwks }),
  ...(rest.algorithms !== undefined && { algorithms: rest.algorithms }),
  ...(age !== undefined && { maxTokenAgeSeconds: age }),
  ...(rest.replay !== undefined && { replay: rest.replay }),
  ...(rest.enabled !== undefined && { enabled: rest.enabled }),
})

const toWire = (issuer: issuers.StoredIssuer) => ({
  id: issuer.id,
  namespace: issuer.namespacePath,
  name: issuer.name,
  issuer: issuer.issuer,
  preset: issuer.preset,
  jwks_uri: issuer.jwksUri,
  jwks: issuer.jwks,
  algorithms: issuer.algorithms,
  max_token_age_seconds: issuer.maxTokenAgeSeconds,
  replay: issuer.replay,
  enabled: issuer.enabled,
  created_at: toTime(issuer.createdAt),
})

const toReply = (issuer: Result<issuers.StoredIssuer, Problem>): Result<Reply, Problem> =>
  issuer.ok
    ? ok({ status: 200, body: toWire(issuer.value), version: issuer.value.version })
    : issuer

const one = '/:id{iss_[0-9a-z]+}'

/** `/admin/v1/issuers` */
export const issuerRoutes = new Hono<HttpEnv>()

issuerRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await issuers.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(toWire), next_cursor: nextCursor } })
  }),
)

issuerRoutes.post(
  '/',
  bodyEndpoint(Create, async ({ context, actor, body }) => {
    const { jwks_uri: uri, max_token_age_seconds: maxTokenAgeSeconds, ...rest } = body
    const { name, issuer, preset, algorithms: names } = rest
    const made = await issuers.create(context, actor, {
      ...rest,
      name,
      issuer,
      preset,
      algorithms: names,
      jwksUri: uri,
      maxTokenAgeSeconds,
    })
    if (!made.ok) return made
    const { id, version } = made.value
    const location = `/admin/v1/issuers/${id}`
    return ok({ status: 201, body: toWire(made.value), location, version })
  }),
)

issuerRoutes.get(
  one,
  endpoint(async ({ context, actor, param }) =>
    toReply(await issuers.find(context, actor, param('id'))),
  ),
)

issuerRoutes.patch(
  one,
  bodyEndpoint(Change, async ({ context, actor, body, param, ifMatch }) => {
    const which = { id: param('id'), ifMatch, changes: toChanges(body) }
    return toReply(await changes.update(context, actor, which))
  }),
)

issuerRoutes.delete(
  one,
  endpoint(async ({ context, actor, param, ifMatch }) => {
    const removed = await changes.remove(context, actor, { id: param('id'), ifMatch })
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
