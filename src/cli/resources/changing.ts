import { once } from '../../client/client.ts'
import { CliFailure } from '../cli.ts'
import { confirm } from '../frame/confirm.ts'
import { type Answer, type Api, connectApi } from './api.ts'
import { verbsOf } from './collection.ts'
import { type Body, bodyFlags } from './flags.ts'
import { layOver, namespaceFor, readBody, subjectOf, unsetOf } from './input.ts'
import { flagNames, given, type Invocation, option, pathOf } from './invocation.ts'
import { type Removal, sayRemoval } from './removal.ts'
import { type Destination, destination, saysASecret } from './shown-once.ts'
import { details } from './words.ts'

type Path = Readonly<Record<string, string>>

const bodyOf = async (invocation: Invocation, api: Api): Promise<Body> => {
  const { cli, collection, verb, words } = invocation
  const flags = bodyFlags(verb.operation)
  const [word] = words
  const subject = verb.name === 'create' && word !== undefined ? collection.subject : undefined
  const inNamespace = flags.some(({ member }) => member === 'namespace')
  const start = {
    ...(verb.name === 'create' && namespaceFor(api.settings, flags)),
    ...(await readBody(option(invocation, 'from-file'), cli)),
    ...(subject !== undefined && subjectOf(subject, word ?? '', inNamespace)),
    ...unsetOf(option(invocation, 'unset') ?? [], flags),
  }
  return layOver(start, given(invocation, flags), { cli, api, past: false })
}

/** Prints what came of a change, and says what a person should know of it. */
const tell = ({ cli, collection }: Invocation, { status, body, replayed }: Answer): void => {
  const { warnings = [], id } = (body ?? {}) as { warnings?: readonly string[]; id?: string }
  for (const warning of warnings) cli.warn(`warning: ${warning}`)
  if (status === 202) {
    cli.warn(`nothing has changed yet: another owner has to run gatehouse pending approve ${id}`)
  }
  if (replayed) cli.say(`the first answer was lost; this is the ${collection.one} that it made`)
  if (body === null) cli.say('done')
  else cli.print(body, () => details(body))
}

const tryingOf = (invocation: Invocation) =>
  option<boolean>(invocation, 'dry-run') === true ? { query: { dry_run: true } } : {}

const placeFor = async (invocation: Invocation, body: Body): Promise<Destination | null> => {
  const { cli, verb } = invocation
  const file = option<string>(invocation, 'output-file')
  if (!saysASecret(verb.operation.name, body)) return null
  return destination(cli, file)
}

const etagOf = (text: string): string => (/^[0-9]+$/.test(text) ? `"${text}"` : text)

/** Makes something, once: where the answer is lost, the same call is asked what it made. */
export const make = async (invocation: Invocation): Promise<void> => {
  const { cli, verb } = invocation
  const { operation } = verb
  const api = await connectApi(cli, option(invocation, 'url'))
  const path = await pathOf(api, invocation)
  const body = await bodyOf(invocation, api)
  const place = await placeFor(invocation, body)
  const trying = tryingOf(invocation)
  const flags = flagNames(bodyFlags(operation))
  const version = option<string>(invocation, 'if-match')
  const headers = { ...once(), ...(version !== undefined && { 'If-Match': etagOf(version) }) }
  const request = { path, flags, headers, ...trying, ...(operation.body && { body }) }
  const answer = await api.call(operation, request).catch(async (thrown: unknown) => {
    await place?.abandon()
    throw thrown
  })
  const kept = await place?.keep(answer.body as Body)
  tell(invocation, { ...answer, body: kept ?? answer.body })
}

// Whoever changes what they have not seen undoes what somebody else did meanwhile.
const versionOf = async (invocation: Invocation, api: Api, path: Path) => {
  const { collection, verb } = invocation
  if (!verb.operation.etag) return {}
  const said = option<string>(invocation, 'if-match')
  if (said !== undefined) return { headers: { 'If-Match': etagOf(said) } }
  const read = verbsOf(collection).find(({ name }) => name === 'get')
  if (read === undefined) return {}
  const { etag } = await api.call(read.operation, { path })
  return etag === null ? {} : { headers: { 'If-Match': etag } }
}

/** `update`: changes what was named, if the object is still as it was read. */
export const update = async (invocation: Invocation): Promise<void> => {
  const { cli, verb, words } = invocation
  const api = await connectApi(cli, option(invocation, 'url'))
  const path = await pathOf(api, invocation)
  const body = await bodyOf(invocation, api)
  if (Object.keys(body).length === 0) {
    throw new CliFailure('usage', {
      code: 'nothing_to_change',
      message: `nothing was said that ${words[0]} should become`,
      next: 'add a flag, or --from-file; --help lists them',
    })
  }
  const version = await versionOf(invocation, api, path)
  const flags = flagNames(bodyFlags(verb.operation))
  const request = { path, body, flags, ...version, ...tryingOf(invocation) }
  tell(invocation, await api.call(verb.operation, request))
}

const consequence = async (invocation: Invocation, api: Api, path: Path) => {
  const { operation } = invocation.verb
  if (!operation.query.some(({ name }) => name === 'dry_run')) return null
  const version = await versionOf(invocation, api, path)
  const { body } = await api.call(operation, { path, ...version, query: { dry_run: true } })
  return body as Removal
}

/** `delete`: says what it comes to, asks, and deletes. */
export const remove = async (invocation: Invocation): Promise<void> => {
  const { cli, collection, verb, words } = invocation
  const api = await connectApi(cli, option(invocation, 'url'))
  const path = await pathOf(api, invocation)
  const what = `${collection.one} ${words[0]}`
  const removal = await consequence(invocation, api, path)
  for (const line of removal === null ? [] : sayRemoval(what, removal)) cli.warn(line)
  if (option(invocation, 'dry-run') === true) return cli.print(removal, () => details(removal))
  if (removal !== null && removal.blocked_by.length > 0) {
    throw new CliFailure('conflict', {
      code: 'in_use',
      message: `${what} is in use by ${removal.blocked_by.join(', ')}`,
      next: 'remove those first',
      details: { blocked_by: removal.blocked_by },
    })
  }
  await confirm(cli, `Delete ${what}?`)
  const version = await versionOf(invocation, api, path)
  await api.call(verb.operation, { path, ...version })
  cli.print({ deleted: Object.values(path).at(-1) }, () => `deleted ${what}`)
}

/** Any other verb; `asks` says what cannot be undone about it. */
export const act = async (invocation: Invocation, asks: string | undefined): Promise<void> => {
  const { cli, collection, verb, words } = invocation
  const what = [...collection.command, verb.name, ...words].join(' ')
  if (asks !== undefined) {
    cli.warn(`${what}: ${asks}`)
    await confirm(cli, `Go on with ${what}?`)
  }
  await make(invocation)
}
