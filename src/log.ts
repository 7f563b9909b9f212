import { oneLine } from './core/one-line.ts'

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

/** Formats an event as one physical line of JSON, every string at most 256 characters. */
export const logLine = (event: LogEvent): string =>
  oneLine(Object.fromEntries(Object.entries(event).map(([k, v]) => [k, clip(v)])))

/** Writes one line to the platform's log. */
export const log = (event: LogEvent): void => console.log(logLine(event))
