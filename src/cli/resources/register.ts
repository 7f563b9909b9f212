import type { Command } from 'commander'
import type { Cli, Register } from '../cli.ts'
import { withSettings } from '../frame/options.ts'
import { act, make, remove, update } from './changing.ts'
import { type Collection, type Verb, verbsOf } from './collection.ts'
import { collections } from './collections.ts'
import { bodyFlags, isPaged, queryFlags } from './flags.ts'
import { addFlags, addParents, type Invocation, wordFor } from './invocation.ts'
import { list, show } from './reading.ts'
import { maySayASecret } from './shown-once.ts'

// What ends something that works, and is no deletion.
const asks: Readonly<Record<string, string>> = {
  'namespaces.move': 'living tokens that name the old path end at once',
  'group-members.remove': 'what it may do by the group ends at its next request',
  'secrets.reset': 'the other secrets end, at once unless --grace-seconds says later',
  'tokens.regenerate': 'the value before ends at once',
  'notification-subscriptions.rotate-secret': 'the secret before ends at once',
  'signing-keys.revoke': 'every token that it signed is refused from now on',
  'revocations.create': 'living tokens end, and nothing brings them back',
}

const run = (invocation: Invocation): Promise<void> => {
  const { name, operation } = invocation.verb
  if (name === 'list') return list(invocation)
  if (operation.method === 'GET') return show(invocation)
  if (name === 'update') return update(invocation)
  if (name === 'delete') return remove(invocation)
  const question = asks[operation.name]
  return question === undefined ? make(invocation) : act(invocation, question)
}

const addChanging = (command: Command, { name, operation }: Verb): void => {
  if (operation.query.some((member) => member.name === 'dry_run')) {
    command.option('--dry-run', 'say what it would come to, and change nothing')
  }
  if (operation.body !== undefined) {
    command.option('--from-file <file>', 'the whole body as JSON or YAML; - is stdin')
  }
  if (name === 'update') {
    command.option(
      '--unset <flags>',
      'empty these, by their names without dashes',
      (word, before) => [...(before ?? []), word],
      [] as string[],
    )
  }
  if (operation.etag) {
    command.option('--if-match <version>', 'only if it still is this version')
  }
  if (maySayASecret(operation.name)) {
    command.option('--output-file <file>', 'keep the secret in this new file, for you alone')
  }
}

const addVerb = (group: Command, cli: Cli, [collection, verb]: readonly [Collection, Verb]) => {
  const { name, operation } = verb
  const command = group
    .command(`${name}${wordFor(collection, verb)}`)
    .description(operation.summary)
  withSettings(command, 'url')
  addParents(command, collection, verb)
  if (operation.method === 'GET') {
    addFlags(command, queryFlags(operation))
    if (name === 'list' || isPaged(operation)) {
      command.option('--limit <count>', 'at most so many, over all pages')
    }
  } else {
    addFlags(command, bodyFlags(operation))
    addChanging(command, verb)
  }
  command.action((...parts: readonly unknown[]) => {
    const words = parts.filter((part) => typeof part === 'string')
    return run({ cli, collection, verb, words, options: command.optsWithGlobals() })
  })
}

/** Finds or makes the command of these words. */
export const groupOf = (program: Command, words: readonly string[]): Command =>
  words.reduce(
    (parent, word) => parent.commands.find((each) => each.name() === word) ?? parent.command(word),
    program,
  )

/** `gatehouse accounts …`, `gatehouse roles …`: the commands of stored objects. */
export const registerResources: Register = (program, cli) => {
  for (const collection of collections) {
    const group = groupOf(program, collection.command).description(collection.about)
    for (const verb of verbsOf(collection)) addVerb(group, cli, [collection, verb])
  }
}
