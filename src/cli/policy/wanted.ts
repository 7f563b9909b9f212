import type { PolicyEntry } from '../../core/state/document.ts'
import type { Ref } from '../../core/state/entry.ts'
import { refText } from '../../policy-file/format.ts'
import { toEntry } from '../../policy-file/policy.ts'
import { CliFailure } from '../cli.ts'
import type { PolicyFile } from './files.ts'
import { lintFiles } from './lint.ts'
import { count, showFindings } from './report.ts'

/** An account as the files want it. */
export interface WantedAccount {
  readonly account: Ref
  readonly policies: readonly PolicyEntry[]
}

/** What the files want in one namespace. */
export interface WantedPlace {
  readonly namespace: string
  readonly accounts: readonly WantedAccount[]
}

const refuseTwice = ({ account, policies }: WantedAccount): void => {
  const names = policies.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return
  throw new CliFailure('findings', {
    code: 'policy_twice',
    message: `two files have a policy "${twice}" for ${refText(account)}`,
    next: 'give each policy of an account its own name',
  })
}

/** Refuses files that the gateway would refuse, with every place; nothing is sent before. */
export const refuseFaulty = (files: readonly PolicyFile[], gateway: string): void => {
  const errors = lintFiles(files, gateway).filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  throw new CliFailure('findings', {
    code: 'findings',
    message: `${count(errors.length, 'error')} in the files:\n${showFindings(errors, 'text')}`,
    next: 'mend them; gatehouse policy lint finds the same',
    details: { findings: errors },
  })
}

/** Gathers what files want, by account and by namespace: several files may speak of one account. */
export const wantedOf = (files: readonly PolicyFile[]): readonly WantedPlace[] => {
  const accounts = new Map<string, { account: Ref; policies: PolicyEntry[] }>()
  for (const { account, policies } of files.flatMap((file) => file.accounts)) {
    const key = refText(account)
    const known = accounts.get(key) ?? { account, policies: [] }
    known.policies.push(...policies.map(toEntry))
    accounts.set(key, known)
  }
  const all = [...accounts.values()]
  for (const each of all) refuseTwice(each)
  const namespaces = [...new Set(all.map(({ account }) => account.namespace))].sort()
  return namespaces.map((namespace) => ({
    namespace,
    accounts: all.filter(({ account }) => account.namespace === namespace),
  }))
}
