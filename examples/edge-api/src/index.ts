import type { ExecutionContext, Hono } from 'hono'
import { makeApi } from './api.ts'

interface Env {
  readonly GATEHOUSE: string
  readonly AUDIENCE: string
}

// Once per isolate: the keys of the gateway are remembered in it.
let api: Hono | undefined

export default {
  fetch(request: Request, env: Env, context: ExecutionContext) {
    api ??= makeApi({ issuer: env.GATEHOUSE, audience: env.AUDIENCE })
    return api.fetch(request, env, context)
  },
}
