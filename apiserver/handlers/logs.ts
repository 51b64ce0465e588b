import { constants, createReadStream } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Hono } from 'hono'
import { send } from './reply.ts'
import type { Env, Request } from './request.ts'

const plain = 'text/plain; charset=utf-8'

const base = '/logs/'

const escaped = (text: string): string => text.replace(/[&<>"']/g, each => `&#${each.charCodeAt(0)};`)

/** The path behind `/logs/` in parts; undefined when no file can have it. */
const partsOf = (path: string): readonly string[] | undefined => {
  try {
    const parts = path.slice(base.length).split('/').filter(Boolean).map(decodeURIComponent)
    return parts.every(part => part !== '.' && part !== '..' && !/[/\0]/.test(part)) ? parts : undefined
  } catch {
    // A percent sign that stands for nothing.
    return undefined
  }
}

/** The file or folder of that name, wherever links lead, if that is below the root. */
const findBelow = async (root: string, parts: readonly string[]): Promise<string | undefined> => {
  try {
    const top = await realpath(root)
    const found = await realpath(join(top, ...parts))
    return found === top || found.startsWith(top + sep) ? found : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined
    throw error
  }
}

const sendFolder = async (c: Request, folder: string): Promise<Response> => {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.map(entry => entry.name + (entry.isDirectory() ? '/' : '')).sort()
  const links = names.map(
    name => `<a href="./${encodeURIComponent(name).replace(/%2F$/, '/')}">${escaped(name)}</a>\n`,
  )
  return send(c, 200, `<pre>\n${links.join('')}</pre>\n`, 'text/html; charset=utf-8')
}

/** The file as long as it is now: a log grows while it is read. */
const sendFile = async (c: Request, file: string): Promise<Response> => {
  const { outgoing } = c.env ?? {}
  if (!outgoing) throw new TypeError('a file needs a connection')
  // Neither through a link that has come in between, nor waiting for the other end of a pipe.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  const { size } = await handle.stat()
  if (size === 0) {
    await handle.close()
    return send(c, 200, '', plain)
  }
  outgoing.writeHead(200, {
    'Content-Type': plain,
    'Content-Length': size,
    'X-Content-Type-Options': 'nosniff',
  })
  const content = createReadStream('', { fd: handle, start: 0, end: size - 1 })
  // A client that goes away ends it: there is nobody left to tell.
  pipeline(content, outgoing, () => {})
  return RESPONSE_ALREADY_SENT
}

/** `/logs/`: the files below a folder, with listings, and no way out of it. */
export const routeLogs = (app: Hono<Env>, root: string | undefined): void => {
  const missing = (c: Request, why: string) => send(c, 404, `404 page not found: ${why}\n`, plain)
  app.get('/logs', c => c.body(null, 301, { Location: base }))
  app.get('/logs/*', async c => {
    if (root === undefined) return missing(c, 'no folder of logs was named, with -log_dir')
    const { pathname } = new URL(c.req.url)
    const parts = partsOf(pathname)
    const found = parts && (await findBelow(root, parts))
    const about = found === undefined ? undefined : await stat(found)
    if (found === undefined || !(about?.isDirectory() || about?.isFile()))
      return missing(c, 'there is no such log')
    if (about.isFile()) return sendFile(c, found)
    return pathname.endsWith('/') ? sendFolder(c, found) : c.body(null, 301, { Location: `${pathname}/` })
  })
}
