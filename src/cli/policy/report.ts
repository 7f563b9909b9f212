import { inOneLine, printable } from '../../core/one-line.ts'
import type { Finding } from '../../policy-file/finding.ts'
import { type Cli, CliFailure } from '../cli.ts'
import type { PolicyFile } from './files.ts'

/** Something that was found, and in which file. */
export interface Reported extends Omit<Finding, 'service_account' | 'policy'> {
  readonly file: string
  readonly service_account: string | null
  readonly policy: string | null
}

/** What keeps a file from being read, as it is reported. */
export const faultsOf = ({ path, faults }: PolicyFile): readonly Reported[] =>
  faults.map((fault) => ({
    ...fault,
    file: path,
    severity: 'error',
    service_account: null,
    policy: null,
  }))

const inLine = ({ file, line, column, severity, code, message, policy }: Reported): string => {
  const about = policy === null ? '' : ` (${policy})`
  const place = `${inOneLine(file)}:${line}:${column}`
  return `${place}: ${severity}: ${inOneLine(message)} [${code}]${inOneLine(about)}`
}

// https://docs.github.com/actions/reference/workflow-commands: what a value may not hold is escaped.
const escapeData = (text: string): string =>
  printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

const asAnnotation = ({ file, line, column, severity, code, message }: Reported): string => {
  const title = `title=${escapeProperty(code)}`
  const place = `file=${escapeProperty(file)},line=${line},col=${column},${title}`
  return `::${severity} ${place}::${escapeData(message)}`
}

/** How findings are shown. */
export const formats = ['text', 'github'] as const
export type Format = (typeof formats)[number]

/** Shows findings, one a line. */
export const showFindings = (findings: readonly Reported[], format: Format): string =>
  findings.map(format === 'github' ? asAnnotation : inLine).join('\n')

/** A result that may end a command with another exit code than 0. */
export interface Outcome {
  /** `findings` if there is something to mend, `denied` if a token is refused; null: all is well. */
  readonly exit: 'findings' | 'denied' | null
  /** What programs get, in one object. */
  readonly value: Readonly<Record<string, unknown>>
  readonly inWords: () => string
  /** Words that command the runner on purpose, and are escaped as it wants it. */
  readonly as?: 'file'
  readonly message: string
  readonly next: string
}

/** Prints a result and ends the command as it says; programs get one object in any case. */
export const conclude = (cli: Cli, outcome: Outcome): void => {
  const { exit, value, inWords, as, message, next } = outcome
  if (exit === null || !cli.json) {
    const words = inWords()
    if (cli.json || words !== '') cli.print(value, () => words, as)
  }
  if (exit !== null) throw new CliFailure(exit, { code: exit, message, next, details: value })
}

/** `1 error`, `2 errors`. */
export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
