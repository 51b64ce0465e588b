import { StatusError } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Listed } from '../registry/listing.ts'
import type { Stored } from '../storage/stored.ts'
import { type Chunk, lineFormat } from '../watch/line-format.ts'
import type { WatchFormat } from '../watch/watch-group.ts'
import { type Accepted, negotiate, type Transform } from './negotiate.ts'
import { partialText } from './partial.ts'
import { listBytes, listMetadata, sendJson } from './reply.ts'
import type { Request } from './request.ts'
import { readIncludeObject, tableOf, tableText } from './table.ts'
import { tableFormat } from './table-format.ts'

/** Shows objects of a kind in the form that the client takes: as they are, as a Table, or their metadata alone. */
export interface Representations<T extends Resource> {
  /** Throws what is wrong with the wish, before anything is done for it. */
  check(c: Request, what: 'object' | 'list'): void
  one(c: Request, code: number, stored: Stored<T>): Response
  list(c: Request, listed: Listed<T>): Response
  /** Of a watch; formats with the same id are equal. */
  format(c: Request): WatchFormat<T, unknown, Chunk>
}

const refused = (message: string): StatusError =>
  new StatusError({ reason: 'NotAcceptable', code: 406, message })

const acceptedBy = (c: Request): Accepted => negotiate(c.req.header('accept'))

/** A list has no metadata to be shown alone, and a single object is no list. */
const wrongForm: Readonly<Record<'object' | 'list', Transform>> = {
  object: 'PartialObjectMetadataList',
  list: 'PartialObjectMetadata',
}

export const representations = <T extends Resource>(kind: Kind<T>, clock: Clock): Representations<T> => {
  const text = tableText(kind, () => clock.now())
  const plain = lineFormat<T>('json', kind, ({ bytes }) => bytes)

  const table = (c: Request, apiVersion: string, metadata: object, items: readonly Stored<T>[]): string => {
    const include = readIncludeObject(c.req.query('includeObject'))
    const rows = items.map(each => text.row(each, include, apiVersion))
    return tableOf(apiVersion, metadata, text.columns, rows)
  }

  const check = (c: Request, what: 'object' | 'list'): Accepted => {
    const accepted = acceptedBy(c)
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
      const { media, as, apiVersion = '' } = check(c, 'object')
      if (as === undefined) return sendJson(c, code, stored.bytes, media)
      const { resourceVersion } = stored.object.metadata
      const shown =
        as === 'Table'
          ? table(c, apiVersion, { resourceVersion }, [stored])
          : partialText(stored.object, apiVersion)
      return sendJson(c, code, shown, media)
    },

    list(c, listed) {
      const { media, as, apiVersion = '' } = check(c, 'list')
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
      const { as, apiVersion = '' } = check(c, 'object')
      if (as === undefined) return plain
      if (as === 'Table') {
        return tableFormat(text, readIncludeObject(c.req.query('includeObject')), apiVersion)
      }
      const [group = '', version = ''] = apiVersion.split('/')
      const partial = { group, version, kind: 'PartialObjectMetadata' }
      return lineFormat<T>(`partial ${apiVersion}`, partial, ({ object }) =>
        Buffer.from(partialText(object, apiVersion)),
      )
    },
  }
}
