import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Hono } from 'hono'
import { stream } from 'hono/streaming'
import type { StreamingApi } from 'hono/utils/stream'
import type { Env } from './handlers/request.ts'

/** A file that is served to the agents, who fetch it for the executor. */
export interface Artifact {
  readonly name: string
  readonly path: string
  readonly executable: boolean
  /** Stands for the content in its URL. When left out, the content is read into memory and hashed. */
  readonly version?: string
}

interface Served extends Artifact {
  readonly url: string
  readonly etag: string
  readonly size: number
  /** Kept where the version was made of it: the file may be written anew while we run. */
  readonly content?: Uint8Array<ArrayBuffer>
}

const hashOf = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16)

/** The version is part of an artifact's path, so that a new one never hides behind an old copy. */
export const openArtifacts = (artifacts: readonly Artifact[]): Promise<readonly Served[]> =>
  Promise.all(
    artifacts.map(async artifact => {
      const content =
        artifact.version === undefined ? new Uint8Array(await readFile(artifact.path)) : undefined
      const version = artifact.version ?? hashOf(content ?? new Uint8Array())
      const size = content?.length ?? (await stat(artifact.path)).size
      const url = `/artifacts/${encodeURIComponent(version)}/${encodeURIComponent(artifact.name)}`
      return { ...artifact, url, etag: `"${version}"`, size, content }
    }),
  )

export const routeArtifacts = (app: Hono<Env>, served: readonly Served[]): void => {
  for (const { url, path, etag, size, executable, content } of served) {
    app.get(url, c => {
      c.header('ETag', etag)
      c.header('Cache-Control', 'public, max-age=31536000, immutable')
      if (c.req.header('if-none-match') === etag) return c.body(null, 304)
      c.header('Content-Type', executable ? 'application/x-executable' : 'application/octet-stream')
      c.header('Content-Length', String(size))
      if (c.req.method === 'HEAD') return c.body(null)
      if (content) return c.body(content)
      const send = async (out: StreamingApi): Promise<void> => {
        const file = createReadStream(path)
        out.onAbort(() => void file.destroy())
        for await (const chunk of file) await out.write(chunk)
      }
      // A client that goes away early is no news.
      return stream(c, send, async () => {})
    })
  }
}
