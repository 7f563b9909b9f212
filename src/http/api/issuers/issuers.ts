import * as z from 'zod'
import * as changes from '../../../admin/issuers/issuer-changes.ts'
import * as issuers from '../../../admin/issuers/issuers.ts'
import type { Saved } from '../../../admin/pending/change-requests.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { deletion } from '../dry-run.ts'
import { freeText, within } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { leftPending, PendingChange } from '../pending/pending-change-wire.ts'
import { type Reply, replyWith } from '../reply.ts'
import { Issuer, IssuerBody, IssuerChange, issuerToWire, toChanges } from './issuer-body.ts'

const collection = '/admin/v1/issuers'
const item = `${collection}/{issuer_id}`

const show = (issuer: issuers.StoredIssuer): Reply => ({
  status: 200,
  body: issuerToWire(issuer),
  version: issuer.version,
})

const replyToSave = (outcome: Saved<issuers.StoredIssuer>): Reply =>
  outcome.kind === 'pending' ? leftPending(outcome.change) : show(outcome.value)

const list = operation({
  name: 'issuers.list',
  method: 'GET',
  path: collection,
  summary: 'List the issuers that you may read',
  query: z.object({ ...page, namespace: within, name: freeText.optional() }),
  answers: { 200: listOf(Issuer) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await issuers.list(context, actor, query), issuerToWire),
})

// Its discovery document and its keys are fetched and judged.
const unfit = ['invalid-issuer', 'issuer-mismatch', 'issuer-unreachable'] as const

const waiting =
  'Where a namespace demands a second owner, an enabled issuer, other keys and whatever else accepts more tokens wait for one: 202 with the pending change.'

const create = operation({
  name: 'issuers.create',
  method: 'POST',
  path: collection,
  summary: 'Register an issuer whose tokens can be exchanged',
  description: `Its discovery document and its keys are fetched and judged before it is saved. Only an owner of the namespace may: whoever chooses keys can become every account with a policy on them. ${waiting}`,
  body: IssuerBody,
  answers: { 201: Issuer, 202: PendingChange },
  etag: 'answered',
  refusals: [
    'permission-denied',
    'privilege-escalation',
    'invalid-reference',
    'issuer-exists',
    'quota-exceeded',
    'preset-required',
    ...unfit,
  ],
  run: async ({ context, actor, body }) => {
    const { jwks_uri: jwksUri, max_token_age_seconds: maxTokenAgeSeconds, ...rest } = body
    const { name, issuer, preset, algorithms } = rest
    const made = await issuers.create(context, actor, {
      ...rest,
      name,
      issuer,
      preset,
      algorithms,
      jwksUri,
      maxTokenAgeSeconds,
    })
    return replyWith(made, (outcome) => {
      if (outcome.kind === 'pending') return leftPending(outcome.change)
      const { value } = outcome
      return { ...show(value), status: 201, location: `${collection}/${value.id}` }
    })
  },
})

const read = operation({
  name: 'issuers.read',
  method: 'GET',
  path: item,
  summary: 'Read an issuer',
  answers: { 200: Issuer },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await issuers.find(context, actor, param('issuer_id')), show),
})

const changing = ['not-found', 'permission-denied', 'privilege-escalation'] as const

const update = operation({
  name: 'issuers.update',
  method: 'PATCH',
  path: item,
  summary: 'Change an issuer: its keys, algorithms, whether it is enabled',
  description: waiting,
  body: IssuerChange,
  answers: { 200: Issuer, 202: PendingChange },
  etag: 'optional',
  refusals: [...changing, 'quota-exceeded', ...unfit],
  run: async ({ context, actor, body, param, ifMatch }) => {
    const which = { id: param('issuer_id'), ifMatch, changes: toChanges(body) }
    return replyWith(await changes.update(context, actor, which), replyToSave)
  },
})

const remove = deletion({
  name: 'issuers.delete',
  path: item,
  summary: 'Delete an issuer; its tokens are refused from then on',
  etag: 'optional',
  refusals: changing,
  foresee: ({ context, actor, param, ifMatch }) =>
    removals.ofIssuer(context, actor, { id: param('issuer_id'), ifMatch }),
  remove: ({ context, actor, param, ifMatch }) =>
    changes.remove(context, actor, { id: param('issuer_id'), ifMatch }),
})

/** `/admin/v1/issuers` */
export const issuerOperations: readonly Operation[] = [list, create, read, update, remove]
