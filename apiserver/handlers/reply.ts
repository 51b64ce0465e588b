import { pipeline, Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Status, StatusError, statusOf } from '../../api/errors.ts'
import { apiVersionOf, type Kind, listKindOf } from '../../api/kind.ts'
import { writeProtobuf } from '../../api/protobuf/write.ts'
import type { Resource } from '../../api/resource.ts'
import { toYaml } from '../../api/yaml.ts'
import type { Logger } from '../../util/logger.ts'
import { TokenExpired } from '../registry/continue-token.ts'
import type { Listed } from '../registry/listing.ts'
import { typeMetaOf } from '../storage/stored.ts'
import { contentTypes, everyMedia, type Media, negotiate, type Offer, preferred } from './negotiate.ts'
import { prettyJson } from './pretty.ts'
import type { Request } from './request.ts'

/** Bytes of an answer from which on it is compressed for those who take that, as kube-apiserver does. */
const compressFrom = 128 * 1024

const compressed = { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }

const takesGzip = (acceptEncoding = ''): boolean =>
  acceptEncoding.split(',').some(each => /^\s*gzip\s*(;|$)/.test(each) && !/;\s*q=0(\.0*)?\s*$/.test(each))

/** Answers with bytes, straight through Node's response where there is one: no copy, no stream, no Response. */
export const send = (
  c: Request,
  status: number,
  body: Buffer | string,
  contentType = 'application/json',
  given: Readonly<Record<string, string>> = {},
): Response => {
  const { outgoing } = c.env ?? {}
  const headers = { 'Cache-Control': 'no-cache, private', ...given }
  if (!outgoing) return new Response(body, { status, headers: { 'Content-Type': contentType, ...headers } })
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  if (length > compressFrom && takesGzip(c.req.header('accept-encoding'))) {
    outgoing.writeHead(status, { 'Content-Type': contentType, ...headers, ...compressed })
    // Off this thread. A client that goes away ends it: there is nobody left to tell.
    pipeline(Readable.from([body]), createGzip({ level: constants.Z_BEST_SPEED }), outgoing, () => {})
    return RESPONSE_ALREADY_SENT
  }
  outgoing.writeHead(status, { 'Content-Type': contentType, 'Content-Length': length, ...headers })
  outgoing.end(body)
  return RESPONSE_ALREADY_SENT
}

const newline = Buffer.from('\n')

/** As Go's encoder ends every object; clients show and compare bodies as they come. What is large ends so already. */
const asLine = (json: Buffer | string): Buffer | string => {
  if (typeof json === 'string') return `${json}\n`
  return json.at(-1) === newline[0] ? json : Buffer.concat([json, newline])
}

/** Answers with bytes of JSON, as the media type that the client takes. */
export const sendJson = (
  c: Request,
  status: number,
  json: Buffer | string,
  media: Media,
  headers: Readonly<Record<string, string>> = {},
): Response => {
  if (media === 'json')
    return send(c, status, prettyJson(c, json) ?? asLine(json), contentTypes.json, headers)
  const object = JSON.parse(json.toString())
  const body = media === 'yaml' ? toYaml(object) : writeProtobuf(object)
  return send(c, status, body, contentTypes[media], headers)
}

export const sendObject = (c: Request, status: number, object: object, offer: Offer = everyMedia): Response =>
  sendJson(c, status, JSON.stringify(object), negotiate(c.req.header('accept'), offer).media)

/** Answers with what is no object of the API: in JSON, whatever the client takes, and without a newline behind it. */
export const sendDocument = (c: Request, document: object): Response => {
  const json = JSON.stringify(document)
  return send(c, 200, prettyJson(c, json) ?? json)
}

export const listMetadata = <T extends Resource>(listed: Listed<T>): object => ({
  resourceVersion: String(listed.revision),
  ...(listed.continue !== undefined && { continue: listed.continue }),
  ...(listed.remaining !== undefined && { remainingItemCount: listed.remaining }),
})

/**
 * Concatenates the cached bytes of the items to a line of JSON. What the list says of all of them, Kubernetes' own kinds do not say of
 * each: every stored object begins with it. Custom resources do.
 */
export const listBytes = <T extends Resource>(kind: Kind<T>, listed: Listed<T>): Buffer => {
  const metadata = listMetadata(listed)
  const head = `{"kind":"${listKindOf(kind)}","apiVersion":"${apiVersionOf(kind)}","metadata":${JSON.stringify(metadata)},"items":[`
  const { items } = listed
  const said = kind.custom ? 0 : typeMetaOf(kind).length - 1
  let size = head.length + 3 + Math.max(0, items.length - 1)
  for (const { bytes } of items) size += bytes.length - said
  const all = Buffer.allocUnsafe(size)
  let offset = all.write(head)
  for (const [index, { bytes }] of items.entries()) {
    if (index > 0) all[offset++] = 0x2c
    all.set(bytes.subarray(said), offset)
    // In place of the comma behind what is left out.
    all[offset] = 0x7b
    offset += bytes.length - said
  }
  all.write(']}\n', offset)
  return all
}

/** The Status of an error; what is not the client's doing is logged, with its cause. */
export const errorStatus = (
  error: unknown,
  logger: Logger,
): Status | (Omit<Status, 'metadata'> & { metadata: object }) => {
  if (!(error instanceof StatusError) || error.code >= 500) logger.error('request failed', { error })
  const status = statusOf(error)
  return error instanceof TokenExpired ? { ...status, metadata: { continue: error.continue } } : status
}

/** In the media that the client takes; JSON tells those who take none of ours what has become of their request. */
const sendStatus = (
  c: Request,
  code: number,
  status: object,
  headers: Readonly<Record<string, string>> = {},
): Response => {
  const media = preferred(c.req.header('accept'), everyMedia)?.media ?? 'json'
  return sendJson(c, code, JSON.stringify(status), media, headers)
}

export const sendError = (c: Request, error: unknown, logger: Logger): Response => {
  const status = errorStatus(error, logger)
  const { retryAfterSeconds } = status.details ?? {}
  const headers: Record<string, string> = retryAfterSeconds
    ? { 'Retry-After': String(retryAfterSeconds) }
    : {}
  return sendStatus(c, status.code ?? 500, status, headers)
}

/** The Status of a success that has no object to show. */
export const sendSuccess = (c: Request, code: number): Response =>
  sendStatus(c, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code })
