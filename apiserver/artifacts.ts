import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Hono } from 'hono'
import { stream } from 'hono/streaming'
import type { Env } from './handlers/request.ts'

/** A file that is served to the agents, who fetch it for the executor. */
export interface Artifact {
  readonly name: string
  readonly path: string
  readonly executable: boolean
  /** Stands for the content in its URL; a hash of the content when left out, which is slow for a large file. */
  readonly version?: string
}

interface Served extends Artifact {
  readonly url: string
  readonly etag: string
  readonly size: number
}

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** The version is part of an artifact's path, so that a new one never hides behind an old copy. */
export const openArtifacts = (artifacts: readonly Artifact[]): Promise<readonly Served[]> =>
  Promise.all(
    artifacts.map(async artifact => {
      const { size } = await stat(artifact.path)
      const version = artifact.version ?? (await hashOf(artifact.path)).slice(0, 16)
      const url = `/artifacts/${encodeURIComponent(version)}/${encodeURIComponent(artifact.name)}`
      return { ...artifact, url, etag: `"${version}"`, size }
    }),
  )

export const routeArtifacts = (app: Hono<Env>, served: readonly Served[]): void => {
  for (const { url, path, etag, size, executable } of served) {
    app.get(url, c => {
      c.header('ETag', etag)
      c.header('Cache-Control', 'public, max-age=31536000, immutable')
      if (c.req.header('if-none-match') === etag) return c.body(null, 304)
      c.header('Content-Type', executable ? 'application/x-executable' : 'application/octet-stream')
      c.header('Content-Length', String(size))
      if (c.req.method === 'HEAD') return c.body(null)
      return stream(c, async out => {
        const file = createReadStream(path)
        out.onAbort(() => void file.destroy())
        for await (const chunk of file) await out.write(chunk)
      })
    })
  }
}
