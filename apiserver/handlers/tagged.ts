import { createHash } from 'node:crypto'
import { send } from './reply.ts'
import type { Request } from './request.ts'

/** A document that stays as it is while the server runs, with the hash that clients keep it by. */
export interface Tagged {
  readonly body: Buffer
  readonly contentType: string
  /** In capitals, without quotes. */
  readonly hash: string
}

export const tagged = (body: Buffer | string, contentType = 'application/json'): Tagged => ({
  body: Buffer.from(body),
  contentType,
  hash: createHash('sha256').update(body).digest('hex').slice(0, 32).toUpperCase(),
})

/** Sends a document, or 304 to a client that has it. */
export const sendTagged = (c: Request, { body, contentType, hash }: Tagged): Response => {
  const etag = `"${hash}"`
  const known = (c.req.header('if-none-match') ?? '').split(',').some(each => each.trim() === etag)
  const headers = { ETag: etag, Vary: 'Accept' }
  return known ? send(c, 304, '', contentType, headers) : send(c, 200, body, contentType, headers)
}
