/**
 * Whether a path is spelled in its one way (R40): no percent-encoding, no `;`, no `//`, no `\`, no
 * slash at the end. Checked before routing, because the router decodes paths first.
 */
export const isPlainPath = (url: string): boolean => {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  const path = url.slice(start, query < 0 ? undefined : query)
  if (path === '/') return true
  return !/[%;\\]|\/\//.test(path) && !path.endsWith('/')
}
