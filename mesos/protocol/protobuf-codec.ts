import protobuf from 'protobufjs/light.js'
import { type Codec, MalformedMessage, type Messages } from './codec.ts'
import descriptor from './descriptor.json' with { type: 'json' }
import { conform } from './message-schema.ts'

interface Node {
  readonly nested?: Readonly<Record<string, Node>>
  readonly values?: Readonly<Record<string, number>>
}

/**
 * proto2 enums are closed: protobufjs would refuse a message whose required enum has a value of a newer Mesos. Open
 * ones keep the number, and `conform` gives it the same meaning as in JSON.
 */
const openEnums = (node: Node): Node => ({
  ...node,
  ...(node.values && { options: { features: { enum_type: 'OPEN' } } }),
  ...(node.nested && {
    nested: Object.fromEntries(Object.entries(node.nested).map(([name, child]) => [name, openEnums(child)])),
  }),
})

const root = protobuf.Root.fromJSON(openEnums(descriptor as Node) as protobuf.INamespace)

const types = new Map<string, protobuf.Type>()

const typeOf = (name: string): protobuf.Type => {
  const type = types.get(name) ?? root.lookupType(name)
  types.set(name, type)
  return type
}

/** The protobuf encoding. Import it only where it is used: it pulls in protobufjs. */
export const protobufCodec: Codec = {
  contentType: 'application/x-protobuf',
  encode(type, message) {
    // Not through fromObject, which would copy it all again: base64 goes as it is, the writer decodes it natively.
    return typeOf(type)
      .encode(conform(type, message, 'to-protobuf') as Record<string, unknown>)
      .finish()
  },
  decode<N extends keyof Messages>(type: N, bytes: Uint8Array) {
    return conform(type, decodeBytes(type, bytes), 'from-protobuf') as Messages[N]
  },
}

const decodeBytes = (type: string, bytes: Uint8Array): unknown => {
  try {
    return typeOf(type).decode(bytes)
  } catch (cause) {
    throw new MalformedMessage(`not a ${type}`, { cause })
  }
}
