/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1), or undefined. Other schemes, two
 * credentials and tokens in the query are no credential.
 */
export const bearerToken = (authorization: string | undefined): string | undefined => {
  const [scheme = '', token = '', ...more] = (authorization ?? '').split(' ')
  return scheme.toLowerCase() === 'bearer' && token !== '' && more.length === 0 ? token : undefined
}
