import * as z from 'zod'
import { isPermissionName } from '../../core/scope.ts'

const permissionName = z.string().refine(isPermissionName, 'expected [a-z0-9][a-z0-9._:/-]{0,127}')

/** Names of permissions, each once. */
export const permissionNames = z
  .array(permissionName)
  .max(200)
  .refine((names) => new Set(names).size === names.length, 'a permission is named twice')
