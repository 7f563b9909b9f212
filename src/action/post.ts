import { warning } from '@actions/core'
import { endProcess } from '../pipeline/end-process.ts'
import { runRevokeStep } from './revoke-step.ts'
import { runnerOf } from './runner.ts'

// Not even a defect of ours may fail a job whose work is done. What was thrown could quote a token.
try {
  await runRevokeStep(runnerOf(process.env))
} catch {
  warning('gatehouse: the token was not revoked; it expires by itself')
}
endProcess(0)
