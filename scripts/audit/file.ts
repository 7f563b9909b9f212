import { open } from 'node:fs/promises'
import type { Verification } from '../../src/admin/audit/verify-chain.ts'
import type { ChainHead } from '../../src/core/audit-event.ts'
import { type ChainProblem, type Link, readLine, readObject } from '../../src/core/chain.ts'
import { judgeLink } from '../../src/crypto/chain-check.ts'

/** A file to be verified: from where on, and what is known of it from elsewhere. */
export interface FileRequest {
  readonly path: string
  readonly from: ChainHead
  readonly anchor: ChainHead | null
}

const tenantOf = ({ content }: Link): string => String(readObject(content)?.tenant_id)

interface Progress {
  head: ChainHead
  checked: number
  tenantId: string | null
}

const judgeLine = async (
  line: string,
  { head, tenantId }: Progress,
  anchor: ChainHead | null,
): Promise<ChainProblem | Link> => {
  const link = readLine(line)
  if (link === null) return 'altered'
  if (tenantId !== null && tenantOf(link) !== tenantId) return 'out_of_order'
  const problem = await judgeLink(head, link)
  if (problem) return problem
  return anchor?.sequence === link.sequence && anchor.hash !== link.hash ? 'altered' : link
}

const noExport = (path: string): Error =>
  new Error(`${path} is no export of audit events: its first line is none`)

const verifyLines = async (
  lines: AsyncIterable<string>,
  { path, from, anchor }: FileRequest,
): Promise<Verification> => {
  const progress: Progress = { head: from, checked: 0, tenantId: null }
  const end = (problem: ChainProblem | null): Verification => ({
    tenantId: progress.tenantId ?? 'unknown',
    checked: progress.checked,
    seals: { checked: 0, purged: 0 },
    head: progress.head,
    fault: problem && { sequence: progress.head.sequence + 1, problem },
    ended: true,
  })
  for await (const line of lines) {
    if (progress.checked === 0 && readLine(line) === null) throw noExport(path)
    const judged = await judgeLine(line, progress, anchor)
    if (typeof judged === 'string') return end(judged)
    progress.head = { sequence: judged.sequence, hash: judged.hash }
    progress.tenantId = tenantOf(judged)
    progress.checked += 1
  }
  if (progress.checked === 0) throw new Error(`${path} is empty: nothing was checked`)
  return end(anchor !== null && anchor.sequence > progress.head.sequence ? 'missing' : null)
}

/**
 * Verifies an export by its lines alone: no database, no gateway. Throws where there is none: what a
 * download left behind that failed must look neither like a good chain nor like a broken one.
 */
export const verifyFile = async (request: FileRequest): Promise<Verification> => {
  const file = await open(request.path)
  try {
    return await verifyLines(file.readLines({ encoding: 'utf8' }), request)
  } finally {
    await file.close()
  }
}
