import { StatusError } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Listed } from '../registry/listing.ts'
import type { Stored } from '../storage/stored.ts'
import { eventFormat, type StreamFormat } from '../watch/event-format.ts'
import { jsonStream } from '../watch/json-stream.ts'
import {
  type Accepted,
  contentTypes,
  everyMedia,
  negotiate,
  type Offer,
  type Transform,
  textMedia,
} from './negotiate.ts'
import { partialText } from './partial.ts'
import { type ProtobufForm, partialProtobufForm, protobufForm } from './protobuf.ts'
import { listBytes, listMetadata, send, sendJson } from './reply.ts'
import type { Request } from './request.ts'
import { readIncludeObject, tableOf, tableText } from './table.ts'
import { tableFormat } from './table-format.ts'

/** Shows objects of a kind in the form and media that the client takes: as they are, as a Table, or metadata alone. */
export interface Representations<T extends Resource> {
  /** Throws what is wrong with the wish, before anything is done for it. */
  check(c: Request, what: 'object' | 'list'): void
  one(c: Request, code: number, stored: Stored<T>): Response
  list(c: Request, listed: Listed<T>): Response
  /** Of a watch; formats with the same id are equal. */
  format(c: Request): StreamFormat<T, unknown>
}

const refused = (message: string): StatusError =>
  new StatusError({ reason: 'NotAcceptable', code: 406, message })

const transforms: readonly Transform[] = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']

/** A list has no metadata to be shown alone, and a single object is no list. */
const wrongForm: Readonly<Record<'object' | 'list', Transform>> = {
  object: 'PartialObjectMetadataList',
  list: 'PartialObjectMetadata',
}

export const representations = <T extends Resource>(kind: Kind<T>, clock: Clock): Representations<T> => {
  const text = tableText(kind, () => clock.now())
  const plain = eventFormat<T>({ id: 'json', stream: jsonStream, kind, bytesOf: ({ bytes }) => bytes })
  const wholeInProtobuf = protobufForm(kind)
  // The definition of a custom kind tells no message.
  const offer: Offer = { ...(kind.custom ? textMedia : everyMedia), forms: transforms }
  const streamOffer: Offer = { ...offer, stream: true }

  /** The form in protobuf, when it is that which the client takes. */
  const inProtobuf = ({ media, apiVersion }: Accepted): ProtobufForm<T> | undefined => {
    if (media !== 'protobuf') return undefined
    return apiVersion === undefined ? wholeInProtobuf : partialProtobufForm(apiVersion)
  }

  const table = (c: Request, apiVersion: string, metadata: object, items: readonly Stored<T>[]): string => {
    const include = readIncludeObject(c.req.query('includeObject'))
    const rows = items.map(each => text.row(each, include, apiVersion))
    return tableOf(apiVersion, metadata, text.columns, rows)
  }

  const check = (c: Request, what: 'object' | 'list', offered = offer): Accepted => {
    const accepted = negotiate(c.req.header('accept'), offered)
    const { as } = accepted
    if (as === 'Table') readIncludeObject(c.req.query('includeObject'))
    if (as === wrongForm[what]) {
      throw refused(
        `you requested ${as}, but the requested object is ${what === 'list' ? 'a list' : 'not a list'} (${kind.kind})`,
      )
    }
    return accepted
  }

  return {
    check,

    one(c, code, stored) {
      const accepted = check(c, 'object')
      const binary = inProtobuf(accepted)
      if (binary) return send(c, code, binary.one(stored), contentTypes.protobuf)
      const { media, as, apiVersion = '' } = accepted
      if (as === undefined) return sendJson(c, code, stored.bytes, media)
      const { resourceVersion } = stored.object.metadata
      const shown =
        as === 'Table'
          ? table(c, apiVersion, { resourceVersion }, [stored])
          : partialText(stored.object, apiVersion)
      return sendJson(c, code, shown, media)
    },

    list(c, listed) {
      const accepted = check(c, 'list')
      const binary = inProtobuf(accepted)
      if (binary) return send(c, 200, binary.list(listed), contentTypes.protobuf)
      const { media, as, apiVersion = '' } = accepted
      if (as === undefined) return sendJson(c, 200, listBytes(kind, listed), media)
      const metadata = listMetadata(listed)
      if (as === 'Table') return sendJson(c, 200, table(c, apiVersion, metadata, listed.items), media)
      const items = listed.items.map(({ object }) => partialText(object, apiVersion))
      return sendJson(
        c,
        200,
        `{"kind":"PartialObjectMetadataList","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items.join()}]}`,
        media,
      )
    },

    format(c) {
      const accepted = check(c, 'object', streamOffer)
      const binary = inProtobuf(accepted)
      if (binary) return binary.format
      const { as, apiVersion = '' } = accepted
      if (as === undefined) return plain
      if (as === 'Table') {
        return tableFormat(text, readIncludeObject(c.req.query('includeObject')), apiVersion)
      }
      const [group = '', version = ''] = apiVersion.split('/')
      const partial = { group, version, kind: 'PartialObjectMetadata' }
      return eventFormat<T>({
        id: `partial ${apiVersion}`,
        readsObjects: true,
        stream: jsonStream,
        kind: partial,
        bytesOf: ({ object }) => Buffer.from(partialText(object, apiVersion)),
      })
    },
  }
}
