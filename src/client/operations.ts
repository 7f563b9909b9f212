import written from './operations.json' with { type: 'json' }

/** A member of a body or of a query. */
export interface Member {
  readonly name: string
  /** `json` is whatever the others are not. */
  readonly type: 'text' | 'texts' | 'time' | 'integer' | 'boolean' | 'json'
  readonly required?: boolean
  readonly nullable?: boolean
  /** All that it may be, where that is a list. */
  readonly values?: readonly string[]
  readonly description?: string
}

/** One call of the admin API. */
export interface Operation {
  /** `collection.verb`. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The whole path, with its parameters in braces. */
  readonly path: string
  /** One sentence, without a full stop. */
  readonly summary: string
  /** It takes `If-Match`. */
  readonly etag?: boolean
  readonly query: readonly Member[]
  readonly body?: readonly Member[]
}

/** Every call of the admin API, as the OpenAPI document has it. */
export const operations = written as readonly Operation[]
