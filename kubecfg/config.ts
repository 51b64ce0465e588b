import { readFile } from 'node:fs/promises'
import { load } from 'js-yaml'
import { isStatus } from '../api/errors.ts'
import { legacyKinds } from '../api/v1beta1/index.ts'
import { Failure } from './failure.ts'
import type { Io } from './io.ts'
import type { Resource } from './resources.ts'
import type { Json } from './server.ts'

const readUrl = async (url: string, io: Io): Promise<string> => {
  const response = await io.fetch(url).catch((cause: Error) => {
    throw new Failure(`Unable to access URL ${url}: ${cause.message}`, { cause })
  })
  if (!response.ok)
    throw new Failure(`Unable to read URL, server reported ${response.status} ${response.statusText}`)
  return response.text()
}

/** The text that -c names: a file, a URL, or `-` for the standard input. */
const readText = async (source: string, io: Io): Promise<string> => {
  if (source === '-') return io.stdin()
  if (/^https?:\/\//.test(source)) return readUrl(source, io)
  return readFile(source, 'utf8').catch((cause: Error) => {
    throw new Failure(`Unable to read ${source}: ${cause.message}`, { cause })
  })
}

/** Reads the object that -c names, in JSON or YAML, and checks that it is one of `resource`. */
export const readConfig = async (source: string, resource: Resource, io: Io): Promise<Json> => {
  if (!source) throw new Failure('Need config file (-c)')
  const text = await readText(source, io)
  try {
    const body: unknown = load(text)
    legacyKinds.find(({ plural }) => plural === resource)?.fromLegacy(body)
    return body as Json
  } catch (cause) {
    // A wrong field, or text that is no YAML: both are told in the words of their finder.
    if (!isStatus(cause, 'BadRequest') && (cause as Error).name !== 'YAMLException') throw cause
    const message = (cause as Error).message
    throw new Failure(`Error parsing ${source} as an object for ${resource}: ${message}`, { cause })
  }
}
