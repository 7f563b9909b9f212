import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Argument, type Command } from 'commander'
import { slugOf } from '../../core/slug.ts'
import { toRef } from '../../policy-file/format.ts'
import { type ImportSource, importSources, importText } from '../../policy-file/import/import.ts'
import { writePolicyFile } from '../../policy-file/write.ts'
import { type Cli, CliFailure } from '../cli.ts'
import { flagsOf, withSettings } from '../frame/options.ts'
import { readSettings, required } from '../settings/settings.ts'
import { readInput } from './files.ts'
import { count, type Reported, showFindings } from './report.ts'

interface Options {
  readonly serviceAccount: string
  readonly issuer?: string
  readonly outputDir?: string
  readonly audience?: string
  readonly url?: string
}

interface Written {
  readonly name: string
  readonly text: string
  readonly findings: readonly Reported[]
}

const importOne = async (
  cli: Cli,
  { source, path }: { readonly source: ImportSource; readonly path: string },
  options: Options & { readonly audience: string; readonly schemaUrl?: string },
): Promise<Written> => {
  const { audience, issuer, serviceAccount: service_account, schemaUrl } = options
  const fileName = path === '-' ? 'imported' : basename(path)
  const { policies, findings } = importText(source, await readInput(cli, path), {
    audience,
    issuer,
    fileName,
  })
  const comments = [`imported from ${fileName}`]
  const name = `${slugOf(fileName.replace(/(\.sts)?\.(ya?ml|json)$/, '')) || 'imported'}.trust.yaml`
  return {
    name,
    text:
      policies.length === 0
        ? ''
        : writePolicyFile(
            [{ service_account, comments, policies }],
            schemaUrl ? { schemaUrl } : {},
          ),
    findings: findings.map((finding) => ({
      ...finding,
      file: path,
      service_account: null,
      policy: null,
    })),
  }
}

const save = async (cli: Cli, directory: string, written: readonly Written[]): Promise<void> => {
  const to = resolve(cli.cwd, directory)
  await mkdir(to, { recursive: true })
  for (const { name, text } of written) {
    if (text === '') continue
    try {
      await writeFile(join(to, name), text, { flag: 'wx' })
    } catch {
      throw new CliFailure('conflict', {
        code: 'file_exists',
        message: `${join(directory, name)} cannot be written: it is there already, or nobody may`,
        next: 'move it away, or name another --output-dir',
      })
    }
    cli.say(`wrote ${join(directory, name)}`)
  }
}

const run = async (cli: Cli, source: ImportSource, paths: readonly string[], options: Options) => {
  if (toRef(options.serviceAccount) === undefined) {
    throw new CliFailure('usage', {
      code: 'usage',
      message: `--service-account ${options.serviceAccount}: expected a path like /acme/payments/deploy-bot`,
      next: 'name the account that the policies are for',
    })
  }
  const settings = await readSettings(cli, flagsOf({ url: options.url }))
  const url = settings.url?.value
  const audience = options.audience ?? required(settings, 'url')
  const schemaUrl = url === undefined ? {} : { schemaUrl: `${url}/schemas/trust-policy.v1.json` }
  const written: Written[] = []
  for (const path of paths) {
    written.push(await importOne(cli, { source, path }, { ...options, audience, ...schemaUrl }))
  }
  if (options.outputDir !== undefined) await save(cli, options.outputDir, written)
  const findings = written.flatMap((each) => each.findings)
  const files = written.map(({ name, text }) => ({ name, text }))
  const texts = files.map(({ text }) => text).filter((text) => text !== '')
  if (findings.length > 0) cli.warn(showFindings(findings, 'text'))
  if (options.outputDir === undefined && !cli.json && texts.length > 0) {
    cli.print(files, () => texts.join('---\n').trimEnd(), 'file')
  }
  // Ids are in none of these formats: what lacks nothing else was carried over as it was.
  const lost = findings.filter(({ code }) => code !== 'ids_missing').length
  if (lost === 0) {
    if (cli.json || options.outputDir !== undefined) {
      cli.print({ files, findings }, () => `wrote ${count(texts.length, 'file')}`)
    }
    return
  }
  throw new CliFailure('findings', {
    code: 'findings',
    message: `${count(lost, 'thing')} could not be carried over as it was`,
    next: 'look at each line above, complete the files, then: gatehouse policy lint',
    details: { files, findings },
  })
}

/** `gatehouse policy import`: what another system trusts, as policy files. */
export const registerImport = (policy: Command, cli: Cli): void => {
  const command = policy
    .command('import')
    .description('turn trust policies of octo-sts, AWS or Vault into policy files')
    .addArgument(new Argument('<source>', 'where they come from').choices(importSources))
    .argument('<files...>', 'their files; - is stdin')
    .requiredOption('--service-account <path>', 'the account that they are for')
    .option('--issuer <url>', "who signs the tokens, where the file does not say (Vault's roles)")
    .option('--output-dir <path>', 'write files there instead of to stdout')
    .option('--audience <url>', 'what jobs ask for; the gateway itself when left out')
  withSettings(command, 'url').action((source: ImportSource, paths: string[], options: Options) =>
    run(cli, source, paths, options),
  )
}
