/**
 * What keeps a text from being in its one normal form, or null: NFC, no space at either end, no
 * control or bidi characters, no lone surrogates. Anything else matches nothing, or the wrong twin.
 */
export const textFault = (text: string): string | null => {
  if (!text.isWellFormed()) return 'it holds half a surrogate pair'
  if (text !== text.trim()) return 'it begins or ends with a space'
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return 'it holds a control character'
  if (/\p{Bidi_Control}/u.test(text)) return 'it holds a bidirectional control character'
  return text === text.normalize('NFC') ? null : 'it is not in Unicode normal form C'
}
