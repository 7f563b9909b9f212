import { readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { ROOT } from './settings.ts'

const text = readFileSync(`${ROOT}integrations/gitlab/templates/exchange.yml`, 'utf8')

/** One input as `spec:inputs` declares it. */
export interface InputSpec {
  readonly description?: string
  readonly type?: 'string' | 'number' | 'boolean' | 'array'
  readonly default?: string | number | boolean
  readonly regex?: string
  readonly options?: readonly unknown[]
}

/** The hidden job. */
export interface HiddenJob {
  readonly id_tokens: Readonly<Record<string, { readonly aud: string }>>
  readonly before_script: readonly string[]
  readonly after_script: readonly string[]
}

/** The two documents of the template, as written. */
export const readTemplate = () => {
  const [head, body] = parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS() as unknown
  })
  return {
    spec: (head as { spec: { inputs: Record<string, InputSpec> } }).spec,
    jobs: body as Record<string, HiddenJob>,
  }
}

const checked = (name: string, spec: InputSpec, value: unknown): string => {
  if (value === undefined) throw new Error(`input ${name} is required`)
  if (typeof value !== (spec.type ?? 'string')) throw new Error(`input ${name}: wrong type`)
  if (spec.regex !== undefined && !new RegExp(spec.regex).test(String(value))) {
    throw new Error(`input ${name}: does not match ${spec.regex}`)
  }
  return String(value)
}

/** Includes the component the way GitLab does: checks the inputs, splices them in, reads the job. */
export const includeComponent = (
  inputs: Readonly<Record<string, string | number | boolean>>,
): HiddenJob => {
  const { spec } = readTemplate()
  const unknown = Object.keys(inputs).filter((name) => spec.inputs[name] === undefined)
  if (unknown.length > 0) throw new Error(`unknown inputs: ${unknown}`)
  const [, body = ''] = text.split(/^---$/m)
  const spliced = body.replaceAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g, (_, name: string) => {
    const declared = spec.inputs[name]
    if (declared === undefined) throw new Error(`the template uses an undeclared input: ${name}`)
    return checked(name, declared, inputs[name] ?? declared.default)
  })
  if (spliced.includes('$[[')) throw new Error('the template has a splice that is none')
  return (parse(spliced) as Record<string, HiddenJob>)['.gatehouse'] as HiddenJob
}
