import { rootNamespaceId, rootPath } from './namespace.ts'

/** A namespace as what lies in it knows it. */
export interface Place {
  readonly tenantId: string
  readonly namespaceId: string
  readonly namespacePath: string
}

/** The place of what concerns the whole deployment. */
export const rootPlace: Place = {
  tenantId: rootNamespaceId,
  namespaceId: rootNamespaceId,
  namespacePath: rootPath,
}
