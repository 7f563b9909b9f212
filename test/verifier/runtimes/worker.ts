import { check } from './check.ts'

export default {
  fetch: async (): Promise<Response> => Response.json(await check()),
}
