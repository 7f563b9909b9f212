import * as z from 'zod'
import { isWellFormedJson } from '../../core/json.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type JsonLimits, parseStrictJson } from '../../core/strict-json.ts'
import { readBody } from '../body.ts'
import { readAs } from './shape.ts'

/** How large a body may be. */
export interface BodyLimits extends JsonLimits {
  readonly maxBytes: number
}

const usual: BodyLimits = { maxBytes: 65_536, maxDepth: 16, maxMembers: 2000 }

/** Whether nothing was sent at all, not even a content type. */
export const isWithoutBody = async (request: Request): Promise<boolean> =>
  !request.headers.has('content-type') && (await readBody(request, 0))?.length === 0

const malformed = (why: string): Problem =>
  problem('malformed-body', `the body is no acceptable JSON object: ${why}`)

const refuseMedia = ({ headers }: Request): Problem | null => {
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  const isJson = type === 'application/json' || type === 'application/merge-patch+json'
  return isJson && !headers.has('content-encoding')
    ? null
    : problem('unsupported-media-type', 'send application/json')
}

const readBytes = async (
  request: Request,
  { maxBytes }: BodyLimits,
): Promise<Result<Uint8Array, Problem>> => {
  const bytes = await readBody(request, maxBytes)
  return bytes === undefined
    ? err(problem('body-too-large', `at most ${maxBytes / 1024} KiB are read`))
    : ok(bytes)
}

const readJson = <Body>(
  bytes: Uint8Array,
  schema: z.ZodType<Body>,
  limits: BodyLimits,
): Result<Body, Problem> => {
  if (bytes.length === 0) return err(problem('malformed-body', 'the body is empty'))
  const json = parseStrictJson(bytes, limits)
  if (!json.ok) return err(malformed(json.error.replaceAll('_', ' ')))
  if (!isWellFormedJson(json.value)) return err(malformed('half a surrogate pair'))
  return readAs(schema, json.value)
}

/**
 * Reads a JSON body strictly (R5, R7, R30): at most 64 KiB and 2 000 members unless its operation says
 * otherwise, no duplicate names, no text that would be kept as another, no unknown fields.
 */
export const parseJsonBody = async <Body>(
  request: Request,
  schema: z.ZodType<Body>,
  limits: BodyLimits = usual,
): Promise<Result<Body, Problem>> => {
  const media = refuseMedia(request)
  if (media !== null) return err(media)
  const bytes = await readBytes(request, limits)
  return bytes.ok ? readJson(bytes.value, schema, limits) : bytes
}

const nothing = z.strictObject({})

/**
 * Reads the body of a call that takes none, whatever content type it names: only `{}` says the same.
 * What else is sent was meant to count, so it is not passed over.
 */
export const parseNoBody = async (request: Request): Promise<Result<undefined, Problem>> => {
  const bytes = await readBytes(request, usual)
  if (!bytes.ok) return bytes
  if (bytes.value.length === 0) return ok(undefined)
  const media = refuseMedia(request)
  if (media !== null) return err(media)
  const read = readJson(bytes.value, nothing, usual)
  return read.ok ? ok(undefined) : read
}
