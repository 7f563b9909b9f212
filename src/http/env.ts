import type { Context as GatehouseContext } from '../context.ts'

/** Hono's type parameters: what the entry hands to the doors with each request. */
export interface HttpEnv {
  Bindings: {
    readonly gatehouse: GatehouseContext
    /** Names this request's decision, and its log lines. */
    readonly decisionId: string
    /** Answers another request within this one. */
    readonly dispatch: (request: Request) => Response | Promise<Response>
  }
}
