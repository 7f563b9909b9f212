/** A trial as a report has it. */
export interface Case {
  readonly file: string
  readonly line: number
  readonly service_account: string
  readonly policy: string
  readonly name: string
  readonly message: string | null
}

// XML 1.0 has no way to write most control characters at all.
const escapeXml = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, '�')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')

const caseOf = (each: Case): string => {
  const { file, line, service_account, policy, name, message } = each
  const classname = `${service_account} ${policy}`
  const head = `    <testcase${attributes({ name, classname, file, line })}`
  if (message === null) return `${head}/>`
  return `${head}>\n      <failure${attributes({ message })}/>\n    </testcase>`
}

const suiteOf = (file: string, cases: readonly Case[]): string => {
  const failures = cases.filter(({ message }) => message !== null).length
  const head = attributes({ name: file, tests: cases.length, failures, errors: 0 })
  return [`  <testsuite${head}>`, ...cases.map(caseOf), '  </testsuite>'].join('\n')
}

/** Writes trials as JUnit XML, one suite a file, as CI systems show them. */
export const junitOf = (cases: readonly Case[]): string => {
  const files = [...new Set(cases.map(({ file }) => file))]
  const suites = files.map((file) =>
    suiteOf(
      file,
      cases.filter((each) => each.file === file),
    ),
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}
