import type { Collection } from '../collection.ts'

const subscriptions: Collection = {
  command: ['subscriptions'],
  about: 'who is told that a credential expires',
  one: 'subscription',
  operations: ['notification-subscriptions'],
  parameter: 'subscription_id',
  id: /^sub_[0-9a-z]+$/,
  names: ['target'],
  subject: 'target',
  columns: ['id', 'namespace', 'channel', 'enabled', 'target'],
}

const notices: Collection = {
  command: ['subscriptions', 'notices'],
  about: 'what a subscription was told',
  one: 'notice',
  operations: ['notices'],
  names: [],
  columns: ['id', 'type', 'state', 'attempts', 'next_attempt_at', 'last_error'],
}

const pending: Collection = {
  command: ['pending'],
  about: 'changes that wait for a second owner',
  one: 'pending-change',
  operations: ['pending-changes'],
  parameter: 'pending_change_id',
  id: /^pc_[0-9a-z]+$/,
  names: [],
  columns: ['id', 'state', 'action', 'namespace', 'target_id', 'accepts_now', 'expires_at'],
}

const pairings: Collection = {
  command: ['pairings'],
  about: 'codes with which a job shows once who it is',
  one: 'pairing',
  operations: ['pairing-codes'],
  parameter: 'pairing_code_id',
  id: /^pair_[0-9a-z]+$/,
  names: [],
  columns: ['id', 'namespace', 'service_account_id', 'status', 'expires_at', 'paired_at'],
}

const audit: Collection = {
  command: ['audit'],
  about: 'the audit trail: who changed what',
  one: 'event',
  operations: ['audit-events'],
  parameter: 'event_id',
  id: /^evt_[0-9a-z]+$/,
  names: [],
  columns: ['id', 'at', 'namespace', 'action', 'outcome', 'reason', 'actor.name', 'target.id'],
  limit: 50,
}

const decisions: Collection = {
  command: ['decisions'],
  about: 'what was issued and refused, and why',
  one: 'decision',
  operations: ['decisions'],
  parameter: 'decision_id',
  id: /^dec_[0-9a-z]+$/,
  names: [],
  columns: ['id', 'at', 'outcome', 'reason', 'service_account_id', 'issuer', 'subject'],
  limit: 50,
}

const revocations: Collection = {
  command: ['revocations'],
  about: 'ends living tokens by what they came from',
  one: 'revocation',
  operations: ['revocations'],
  names: [],
  columns: ['namespace', 'by', 'revoked'],
}

/** What happened, what waits, and who is told. */
export const recordCollections: readonly Collection[] = [
  subscriptions,
  notices,
  pending,
  pairings,
  audit,
  decisions,
  revocations,
]
