import { oneLine } from './core/one-line.ts'
import { redactText } from './core/redact.ts'

/** One thing that happened. Values are ours or escaped by JSON; credentials that come here are taken out. */
export interface LogEvent {
  readonly event: string
  readonly [member: string]: string | number | boolean | null | undefined
}

const maxValueLength = 256

// The error of a failed statement tells its values: hashes, wrapped keys, addresses.
const statementValues = /\nparams: [\s\S]*?(?=\n {4}at |$)/g

const clean = (value: LogEvent[string]): LogEvent[string] => {
  if (typeof value !== 'string') return value
  // Cut last: the beginning of a secret does not look like one.
  const text = redactText(value.replace(statementValues, ''))
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text
}

/** Formats an event as one physical line of JSON, every string without secrets and at most 256 characters. */
export const logLine = (event: LogEvent): string =>
  oneLine(Object.fromEntries(Object.entries(event).map(([k, v]) => [k, clean(v)])))

/** Writes one line to the platform's log. */
export const log = (event: LogEvent): void => console.log(logLine(event))
