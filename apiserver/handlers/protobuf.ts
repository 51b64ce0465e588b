import { apiVersionOf, type Kind, listKindOf } from '../../api/kind.ts'
import { encodeMessage, wrap, writeProtobufList } from '../../api/protobuf/write.ts'
import type { Resource } from '../../api/resource.ts'
import type { Listed } from '../registry/listing.ts'
import type { Stored } from '../storage/stored.ts'
import { eventFormat, type StreamFormat } from '../watch/event-format.ts'
import { protobufStream } from '../watch/protobuf-stream.ts'
import { listMetadata } from './reply.ts'

/** Shows objects in protobuf. Everything is bytes of `application/vnd.kubernetes.protobuf`. */
export interface ProtobufForm<T extends Resource> {
  one(stored: Stored<T>): Buffer
  list(listed: Listed<T>): Buffer
  readonly format: StreamFormat<T, Buffer>
}

/** Makes the messages of objects, each once for as long as its object lives. */
const remembered = (encode: (object: Resource) => Uint8Array): ((object: Resource) => Uint8Array) => {
  const messages = new WeakMap<Resource, Uint8Array>()
  return object => {
    const known = messages.get(object)
    if (known) return known
    const message = encode(object)
    messages.set(object, message)
    return message
  }
}

const formOf = <T extends Resource>(
  id: string,
  shown: Pick<Kind, 'group' | 'version' | 'kind'>,
  listKind: string,
  messageOf: (object: Resource) => Uint8Array,
): ProtobufForm<T> => {
  const apiVersion = apiVersionOf(shown)
  const one = ({ object }: Stored<T>): Buffer => wrap({ apiVersion, kind: shown.kind }, messageOf(object))
  return {
    one,
    list: listed =>
      writeProtobufList(
        { kind: listKind, apiVersion, metadata: listMetadata(listed) },
        listed.items.map(({ object }) => messageOf(object)),
      ),
    format: eventFormat<T>({ id, readsObjects: true, stream: protobufStream, kind: shown, bytesOf: one }),
  }
}

const wholeMessage = remembered(encodeMessage)

/** Objects as they are. Custom ones have no messages. */
export const protobufForm = <T extends Resource>(kind: Kind<T>): ProtobufForm<T> =>
  formOf('protobuf', kind, listKindOf(kind), wholeMessage)

const partialMessage = remembered(({ metadata }) =>
  encodeMessage({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }),
)

/** Metadata alone, in a version of meta.k8s.io, of which there is one message. */
export const partialProtobufForm = <T extends Resource>(apiVersion: string): ProtobufForm<T> => {
  const [group = '', version = ''] = apiVersion.split('/')
  const kind = 'PartialObjectMetadata'
  return formOf(`protobuf partial ${apiVersion}`, { group, version, kind }, `${kind}List`, partialMessage)
}
