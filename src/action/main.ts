import { getInput } from '@actions/core'
import { redactText } from '../core/redact.ts'
import { endProcess } from '../pipeline/end-process.ts'
import { runExchangeStep } from './exchange-step.ts'
import { annotate } from './refusal.ts'
import { runnerOf } from './runner.ts'

const run = (): Promise<number> => {
  const env = { ...process.env, GATEHOUSE_JOB_WORKFLOW_REF: getInput('job-workflow-ref') }
  return runExchangeStep(runnerOf(env))
}

try {
  endProcess(await run())
} catch (thrown) {
  // A stack trace would say the same to nobody, and could quote what it must not.
  const message = redactText(thrown instanceof Error ? thrown.message : String(thrown))
  annotate({ code: 'unavailable', message, next: 'this is a defect; report it with this line' })
  endProcess(1)
}
