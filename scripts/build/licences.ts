import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './paths.ts'

const directoryOf = (input: string): string | undefined =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]

/** The licences of the packages that what was bundled into `name` comes from, as one text. */
export const licencesOf = async (name: string, inputs: readonly string[]): Promise<string> => {
  const directories = [...new Set(inputs.map(directoryOf))].filter((found) => found !== undefined)
  const texts = await Promise.all(directories.sort().map(licenceIn))
  return `${name} contains these packages.\n\n${texts.join('\n')}`
}

const licenceIn = async (directory: string): Promise<string> => {
  const place = join(root, directory)
  const manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))
  const file = (await readdir(place)).find((name) => /^licen[cs]e/i.test(name))
  // Without its text nobody may pass it on.
  if (file === undefined) throw new Error(`${manifest.name} comes without a licence`)
  const text = await readFile(join(place, file), 'utf8')
  return `## ${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`
}
