/**
 * Reads a body of at most so many bytes as UTF-8. Undefined when there are more: the rest is not read,
 * and nobody waits for the other side to stop. `fatal`: throws a TypeError at what is no UTF-8.
 */
export const readBoundedText = async (
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  { fatal }: { readonly fatal: boolean },
): Promise<string | undefined> => {
  if (body === null) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder('utf-8', { fatal })
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > maxBytes) {
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}
