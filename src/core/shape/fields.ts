import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../json.ts'
import { isName } from '../namespace.ts'

const unprintable = /[\p{Cc}\p{Bidi_Control}]/u

/** The name of an account, a role or a namespace segment. */
export const name = z
  .string()
  .refine(isName, 'expected [a-z0-9][a-z0-9-]{0,62}')
  .meta({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })

/** Free text: 1 to 200 characters, NFC, without control or bidi characters. */
export const freeText = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !unprintable.test(text), 'control and bidi characters are not allowed')
  .refine((text) => text === text.normalize('NFC'), 'expected text in Unicode normal form C')

/** The life of a token, in seconds. */
export const tokenTtl = z.number().int().min(60).max(3600)

/** A time in a body: RFC 3339 in UTC. */
export const time = z.iso.datetime({ error: 'expected an RFC 3339 time in UTC' })

/** An object whose members are not ours to know: passed on as it was sent, never copied. */
export const jsonObject = (expected: string) =>
  z.custom<JsonObject>(isJsonObject, expected).meta({ override: { type: 'object' } })
