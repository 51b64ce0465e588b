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

/** Reads the artifacts once: their hash is part of their path, so that a new version never hides behind an old copy. */
export const openArtifacts = (artifacts: readonly Artifact[]): Promise<readonly Served[]> =>
  Promise.all(
    artifacts.map(async artifact => {
      const [hash, { size }] = await Promise.all([hashOf(artifact.path), stat(artifact.path)])
      const url = `/artifacts/${hash.slice(0, 16)}/${encodeURIComponent(artifact.name)}`
      return { ...artifact, url, etag: `"${hash}"`, size }
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
