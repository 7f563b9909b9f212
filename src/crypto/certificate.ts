// A reader of just so much DER (X.690) that the end of a certificate's validity can be found.

interface Element {
  readonly tag: number
  readonly content: Uint8Array
  readonly end: number
}

const readElement = (bytes: Uint8Array, at: number): Element | undefined => {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined) return undefined
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  // Three bytes of length are 16 MiB; nobody sends so much, and 0 would be the indefinite form.
  if (first >= 0x80 && (lengthBytes === 0 || lengthBytes > 3)) return undefined
  const start = at + 2 + lengthBytes
  const long = bytes.subarray(at + 2, start)
  const length = lengthBytes === 0 ? first : long.reduce((sum, byte) => sum * 256 + byte, 0)
  const end = start + length
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(start, end), end }
}

const childrenOf = ({ content }: Element): Element[] => {
  const children: Element[] = []
  for (let at = 0; at < content.length; ) {
    const child = readElement(content, at)
    if (child === undefined) return []
    children.push(child)
    at = child.end
  }
  return children
}

const versionTag = 0xa0
const utcTimeTag = 0x17
const generalizedTimeTag = 0x18

// RFC 5280 §4.1.2.5: always with seconds, always in UTC; two digits of a year mean 1950 to 2049.
const readTime = ({ tag, content }: Element): number | undefined => {
  const text = String.fromCharCode(...content.subarray(0, 16))
  const years = { [utcTimeTag]: 2, [generalizedTimeTag]: 4 }[tag]
  const digits = /^([0-9]{2,4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z$/.exec(text)
  if (digits === null || digits[1]?.length !== years) return undefined
  const [year = 0, month = 0, ...rest] = digits.slice(1).map(Number)
  const century = years === 4 ? 0 : year < 50 ? 2000 : 1900
  const [day = 0, hour = 0, minute = 0, second = 0] = rest
  return Date.UTC(century + year, month - 1, day, hour, minute, second)
}

/**
 * When a certificate's validity ends (RFC 5280 §4.1.2.5), in epoch milliseconds. Undefined when it is
 * no certificate. Nothing of it is verified: here a certificate only carries a key.
 */
export const notAfterOf = (der: Uint8Array): number | undefined => {
  const certificate = readElement(der, 0)
  const [body] = certificate === undefined ? [] : childrenOf(certificate)
  if (body === undefined) return undefined
  const parts = childrenOf(body)
  // After the version, which may be left out: serial number, signature algorithm, issuer.
  const validity = parts[parts[0]?.tag === versionTag ? 4 : 3]
  const notAfter = validity === undefined ? undefined : childrenOf(validity)[1]
  return notAfter === undefined ? undefined : readTime(notAfter)
}
