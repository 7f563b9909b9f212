import { open, rm } from 'node:fs/promises'
import { type Cli, CliFailure } from '../cli.ts'
import type { Body } from './flags.ts'

type Value = Readonly<Record<string, unknown>>

const always = () => true

// Which answers show a secret, and when.
const shows: Readonly<Record<string, (body: Body) => boolean>> = {
  'service-accounts.create': ({ client_credentials: wanted }) => (wanted ?? null) !== null,
  'secrets.create': always,
  'secrets.reset': always,
  'tokens.create': always,
  'tokens.regenerate': always,
  'pairing-codes.create': always,
  'notification-subscriptions.create': ({ channel }) => channel === 'webhook',
  'notification-subscriptions.rotate-secret': always,
}

/** The members that are secrets. */
const members = ['client_secret', 'token', 'secret', 'code']

/** Whether an operation may answer a secret. */
export const maySayASecret = (operation: string): boolean => operation in shows

/** Whether this call will answer a secret. */
export const saysASecret = (operation: string, body: Body): boolean =>
  shows[operation]?.(body) ?? false

const isIn = (value: Value): boolean => members.some((name) => typeof value[name] === 'string')

const warn = (cli: Cli): void =>
  cli.warn(
    'the secret is shown this once, and cannot be recovered: keep it in a vault, and pass it on by a secure channel only',
  )

/** Where an answer with a secret goes. */
export interface Destination {
  /** Puts it there; what is returned may be printed. */
  keep(value: Value): Promise<Value>
  /** Undoes the preparation. */
  abandon(): Promise<void>
}

const openFile = async (path: string) => {
  try {
    // A file that is there may be read by others: it is never written into.
    return await open(path, 'wx', 0o600)
  } catch (thrown) {
    throw new CliFailure('usage', {
      code: 'file_not_writable',
      message: `--output-file: cannot make ${path} (${(thrown as { code?: string }).code})`,
      next: 'name a file that is not there yet; nothing was made at the gateway',
    })
  }
}

const toFile = async (cli: Cli, path: string): Promise<Destination> => {
  const file = await openFile(path)
  return {
    keep: async (value) => {
      await file.writeFile(`${JSON.stringify(value, null, 2)}\n`)
      await file.close()
      if (isIn(value)) {
        warn(cli)
        cli.warn(`it is in ${path}, which only you may read`)
      }
      const rest = Object.entries(value).filter(([name]) => !members.includes(name))
      return { ...Object.fromEntries(rest), output_file: path }
    },
    abandon: async () => {
      await file.close()
      await rm(path)
    },
  }
}

/** Prepares where a secret goes, before anything is made: what cannot be kept is not made. */
export const destination = async (cli: Cli, file: string | undefined): Promise<Destination> => {
  if (file !== undefined) return toFile(cli, file)
  if (!cli.json) {
    throw new CliFailure('usage', {
      code: 'no_destination',
      message: 'this shows a secret once, and there is no place for it',
      next: '--output-file F keeps it in a file that only you may read; --json prints it',
    })
  }
  return {
    keep: async (value) => {
      if (isIn(value)) warn(cli)
      return value
    },
    abandon: async () => {},
  }
}
