import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, createWriteStream, rmSync } from 'node:fs'
import { chmod, copyFile, cp, link, mkdir, stat } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { CommandInfoURI } from '../../protocol/messages.gen.ts'

/** Brings an executor's URIs into its sandbox. Rejects with FetchError. */
export type Fetch = (uri: CommandInfoURI, sandbox: string) => Promise<void>

export class FetchError extends Error {
  override readonly name = 'FetchError'
}

const archives = /\.(tar|tgz|tbz2|txz|tar\.gz|tar\.bz2|tar\.xz)$/

const httpUrl = /^https?:\/\//

const maxRedirects = 5

/** Node's own client and not fetch(), which refuses a list of ports that an artifact server may well have. */
const open = async (url: URL, redirects = 0): Promise<IncomingMessage> => {
  const { get } = url.protocol === 'https:' ? https : http
  const request = get(url)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  // A body that breaks the protocol is an error of the request, which nobody else listens to by now.
  request.on('error', error => response.destroy(error))
  const { statusCode = 0, headers } = response
  if (statusCode === 200) return response
  response.destroy()
  if (statusCode < 300 || statusCode >= 400 || !headers.location || redirects === maxRedirects) {
    throw new FetchError(`${url} answered ${statusCode}`)
  }
  return open(new URL(headers.location, url), redirects + 1)
}

const download = async (url: string, target: string): Promise<void> =>
  pipeline(await open(new URL(url)), createWriteStream(target))

const copy = async (source: string, target: string): Promise<void> => {
  if (!source.startsWith('/')) throw new FetchError(`${source} is neither a URL nor an absolute path`)
  if ((await stat(source)).isDirectory()) await cp(source, target, { recursive: true })
  else await copyFile(source, target, constants.COPYFILE_FICLONE)
}

const bring = (uri: string, target: string): Promise<void> =>
  httpUrl.test(uri) ? download(uri, target) : copy(uri.startsWith('file:') ? fileURLToPath(uri) : uri, target)

const extract = async (archive: string, folder: string): Promise<void> => {
  const tar = spawn('tar', ['-xf', archive, '-C', folder], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  tar.stderr.on('data', chunk => (complaint += chunk))
  const [status] = await once(tar, 'close')
  if (status !== 0) throw new FetchError(`tar could not extract ${archive}: ${complaint.trim()}`)
}

/** Where the file goes; it must stay inside the sandbox. */
const targetOf = (uri: CommandInfoURI, sandbox: string): string => {
  const path = httpUrl.test(uri.value) ? new URL(uri.value).pathname : uri.value
  const target = resolve(sandbox, uri.output_file ?? basename(path))
  if (!target.startsWith(sandbox + sep)) throw new FetchError(`${uri.value} has no usable file name`)
  return target
}

/**
 * A fetcher with a cache in `cacheDir`: a URI that asks for it is brought once and hard-linked into the sandboxes.
 * The cache starts empty, as Mesos' does: nobody can tell whether what a URI names has changed since.
 */
export const fetcher = (cacheDir: string): Fetch => {
  rmSync(cacheDir, { recursive: true, force: true })
  const cached = new Map<string, Promise<string>>()

  /** Shared between sandboxes, so it is not to be written any more. */
  const fill = async ({ value, executable }: CommandInfoURI): Promise<string> => {
    await mkdir(cacheDir, { recursive: true })
    const path = join(cacheDir, crypto.randomUUID())
    await bring(value, path)
    await chmod(path, executable ? 0o555 : 0o444)
    return path
  }

  const fromCache = (uri: CommandInfoURI): Promise<string> => {
    const key = `${uri.executable ? 'x' : '-'} ${uri.value}`
    const known = cached.get(key)
    if (known) return known
    const filling = fill(uri)
    cached.set(key, filling)
    // A failure is not kept: the next executor tries again.
    filling.catch(() => cached.delete(key))
    return filling
  }

  return async (uri, sandbox) => {
    try {
      const target = targetOf(uri, sandbox)
      await mkdir(dirname(target), { recursive: true })
      if (uri.cache) {
        const source = await fromCache(uri)
        // Another file system than the cache's, or one without hard links.
        await link(source, target).catch(() => copyFile(source, target))
      } else {
        await bring(uri.value, target)
        if (uri.executable) await chmod(target, 0o755)
      }
      if (!uri.executable && uri.extract !== false && archives.test(target)) await extract(target, sandbox)
    } catch (cause) {
      const why =
        cause instanceof Error ? (cause.cause instanceof Error ? cause.cause : cause).message : `${cause}`
      throw new FetchError(`Failed to fetch '${uri.value}': ${why}`, { cause })
    }
  }
}
