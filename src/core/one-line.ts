// JSON escapes line breaks and controls, but not these: a terminal would obey them (AC-395).
const unsafe = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu

const escapeChar = (char: string): string =>
  `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A value as one physical line of JSON, in which nothing moves a cursor or turns the text around. */
export const oneLine = (value: unknown): string => JSON.stringify(value).replace(unsafe, escapeChar)
