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

/** Bytes stay as they are: `conform` makes base64 of them, natively. */
const plain: protobuf.IConversionOptions = { longs: Number, enums: String }

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
    const lookedUp = typeOf(type)
    const object = conform(type, message, 'strict') as Record<string, unknown>
    return lookedUp.encode(lookedUp.fromObject(object)).finish()
  },
  decode<N extends keyof Messages>(type: N, bytes: Uint8Array) {
    return conform(type, decodeBytes(type, bytes), 'lenient') as Messages[N]
  },
}

const decodeBytes = (type: string, bytes: Uint8Array): unknown => {
  const lookedUp = typeOf(type)
  try {
    return lookedUp.toObject(lookedUp.decode(bytes), plain)
  } catch (cause) {
    throw new MalformedMessage(`not a ${type}`, { cause })
  }
}
