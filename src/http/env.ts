import type { Context as GatehouseContext } from '../context.ts'

/** Hono's type parameters: what a handler finds beside the request. */
export interface HttpEnv {
  Variables: {
    readonly gatehouse: GatehouseContext
    /** Names this request's decision, and its log lines. */
    readonly decisionId: string
  }
}
