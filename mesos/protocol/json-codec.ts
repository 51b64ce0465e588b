import { type Codec, MalformedMessage, type Messages } from './codec.ts'
import { conform } from './message-schema.ts'

const parse = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new MalformedMessage('not JSON', { cause })
  }
}

/** The JSON encoding. It does not pull in protobufjs, so that the executor's bundle stays small. */
export const jsonCodec: Codec = {
  contentType: 'application/json',
  encode: (type, message) => Buffer.from(JSON.stringify(conform(type, message, 'to-json'))),
  decode: <N extends keyof Messages>(type: N, bytes: Uint8Array) =>
    conform(type, parse(bytes), 'from-json') as Messages[N],
}
