const maxLength = 255

// RFC 3986 characters that an identifier may have; no fragment, no user-info.
const httpsUri =
  /^https:\/\/[a-z0-9.-]+(?::[0-9]{1,5})?(?:[/?][A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]*)?$/
const urn = /^urn:[a-z0-9][a-z0-9-]{0,31}:[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]+$/

/**
 * Whether a text can name a resource server (RFC 8707 §2): an absolute `https:` URI with a lower-case
 * host, or a `urn:`, without fragment.
 */
export const isTargetIdentifier = (text: string): boolean =>
  text.length <= maxLength && (httpsUri.test(text) || urn.test(text))
