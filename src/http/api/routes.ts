import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { namespaceRoutes } from './namespaces.ts'

/** `/admin/v1`: one line per collection. */
export const adminRoutes = new Hono<HttpEnv>()

adminRoutes.route('/namespaces', namespaceRoutes)
