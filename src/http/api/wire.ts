import type * as z from 'zod'

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T

/** What the schema of an answer takes. It is not parsed: the compiler holds the code to it. */
export type Wire<Schema extends z.ZodType> = Frozen<z.input<Schema>>
