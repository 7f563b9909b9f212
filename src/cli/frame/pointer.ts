/** Which flag says which member of a body. */
export type FlagNames = Readonly<Record<string, string>>

/** Says what a JSON Pointer points to: by the flag that said it, or as it is. */
export const sayPointer = (pointer: string, flags: FlagNames): string => {
  const [, member = '', ...rest] = pointer.split('/')
  const flag = flags[member]
  if (flag === undefined) return pointer || '/'
  const below = rest.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.')
  return below === '' ? flag : `${flag} ${below}`
}
