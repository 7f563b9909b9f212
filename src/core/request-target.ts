// Written for what RFC 3986 allows and no more: no user, no backslash, nothing beyond ASCII.
const shape = /^(https?):\/\/([\w.\-[\]:]+)(\/[!"$->@-[\]-~]*)?(?:[?#]|$)/i
const unreserved = /[\w.~-]/

const percent = (triplet: string): string => {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
  return unreserved.test(character) ? character : triplet.toUpperCase()
}

const withoutDots = (path: string): string => {
  const kept: string[] = []
  const segments = path.slice(1).split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  const last = segments.at(-1)
  if (last === '.' || last === '..') kept.push('')
  return `/${kept.join('/')}`
}

/**
 * The one spelling of what a URL names, without query and fragment: syntax-based and scheme-based
 * normalization (RFC 3986 §6.2.2, §6.2.3) and no further. Undefined when it is no http(s) URL.
 */
export const requestTarget = (url: string): string | undefined => {
  const parts = shape.exec(url)
  if (parts === null) return undefined
  const [, scheme = '', authority = '', path = '/'] = parts
  const usualPort = scheme.toLowerCase() === 'https' ? /:(443)?$/ : /:(80)?$/
  const host = authority.replace(usualPort, '')
  const plain = withoutDots(path.replace(/%[0-9a-f]{2}/gi, percent))
  return `${scheme}://${host}`.toLowerCase() + plain
}
