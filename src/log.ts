/** One thing that happened. Values are ours or escaped by JSON; credentials never come here. */
export interface LogEvent {
  readonly event: string
  readonly [member: string]: string | number | boolean | null | undefined
}

const maxValueLength = 256

const clip = (value: LogEvent[string]): LogEvent[string] =>
  typeof value === 'string' && value.length > maxValueLength
    ? `${value.slice(0, maxValueLength)}…`
    : value

// JSON escapes line breaks and controls, but not these: a terminal would obey them (AC-395).
const unsafe = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu

const escapeChar = (char: string): string =>
  `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Formats an event as one physical line of JSON, every string at most 256 characters. */
export const logLine = (event: LogEvent): string => {
  const clipped = Object.fromEntries(Object.entries(event).map(([k, v]) => [k, clip(v)]))
  return JSON.stringify(clipped).replace(unsafe, escapeChar)
}

/** Writes one line to the platform's log. */
export const log = (event: LogEvent): void => console.log(logLine(event))
