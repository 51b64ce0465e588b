import type { IncomingMessage } from 'node:http'
import { type Codec, MalformedMessage, type Messages } from '../../protocol/codec.ts'
import { jsonCodec } from '../../protocol/json-codec.ts'
import { Refused } from './refused.ts'

/** Bytes of a call; a launch carries its pods, so this is generous. */
const maxBody = 64 * 1024 * 1024

/** Loaded at the first use: the JSON encoding must not wait for protobufjs. */
const protobufCodec = async (): Promise<Codec> =>
  (await import('../../protocol/protobuf-codec.ts')).protobufCodec

const choices = 'application/json or application/x-protobuf'

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    parts.push(part)
    length += part.length
    if (length > maxBody) throw new Refused(413, `The request body is longer than ${maxBody} bytes`)
  }
  return Buffer.concat(parts)
}

const requestCodec = async (request: IncomingMessage): Promise<Codec> => {
  const type = request.headers['content-type']?.split(';')[0]?.trim()
  if (type === undefined) throw new Refused(400, "Expecting 'Content-Type' to be present")
  if (type === jsonCodec.contentType) return jsonCodec
  if (type === 'application/x-protobuf') return protobufCodec()
  throw new Refused(415, `Expecting 'Content-Type' of ${choices}`)
}

/** The encoding that the client asks for; JSON before protobuf where it takes both, as Mesos chooses. */
export const responseCodec = async (request: IncomingMessage): Promise<Codec> => {
  const accepted = (request.headers.accept ?? '*/*').split(',').map(range => range.split(';')[0]?.trim())
  const allows = (type: string) =>
    accepted.some(range => range === type || range === '*/*' || range === 'application/*')
  if (allows(jsonCodec.contentType)) return jsonCodec
  if (allows('application/x-protobuf')) return protobufCodec()
  throw new Refused(406, `Expecting 'Accept' to allow ${choices}`)
}

/** Reads a call; throws Refused for what is not one. */
export const readCall = async <N extends keyof Messages>(
  request: IncomingMessage,
  type: N,
): Promise<Messages[N]> => {
  const codec = await requestCodec(request)
  const body = await readBody(request)
  try {
    return codec.decode(type, body)
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error
    throw new Refused(400, `Failed to parse the body into ${type}: ${error.message}`, { cause: error })
  }
}
