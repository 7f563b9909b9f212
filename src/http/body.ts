/**
 * Reads a request body of at most `limit` bytes, however it is chunked.
 * Undefined when it is larger: the rest is not read.
 */
export const readBody = async (
  request: Request,
  limit: number,
): Promise<Uint8Array | undefined> => {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN)
  if (declared > limit) return undefined
  // With a declared length, and no chunks beside it, the platform delivers no more than that.
  if (declared >= 0 && !request.headers.has('transfer-encoding')) {
    return new Uint8Array(await request.arrayBuffer())
  }
  const reader = request.body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done || value === undefined) break
    size += value.byteLength
    if (size > limit) {
      await reader?.cancel()
      return undefined
    }
    chunks.push(value)
  }
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}
