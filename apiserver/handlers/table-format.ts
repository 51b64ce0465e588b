import type { Resource } from '../../api/resource.ts'
import { frame, type StreamFormat } from '../watch/event-format.ts'
import { jsonStream } from '../watch/json-stream.ts'
import type { WatchType } from '../watch/selection.ts'
import { type IncludeObject, type TableText, tableOf } from './table.ts'

/** A line with and without the column definitions. */
interface TableLine {
  text(columns: string): string
}

/**
 * A watch as Tables of one row. Only the first event of a watch tells the columns: the watches of a group share their
 * chunks, so a chunk has a second form for those that have seen none before.
 */
export const tableFormat = <T extends Resource>(
  { columns, row }: TableText<T>,
  include: IncludeObject,
  apiVersion: string,
): StreamFormat<T, TableLine> => {
  const line = (type: WatchType | 'BOOKMARK', metadata: object, rowText: string): TableLine => ({
    text: columns => `{"type":"${type}","object":${tableOf(apiVersion, metadata, columns, [rowText])}}\n`,
  })

  return {
    id: `table ${apiVersion} ${include}`,
    stream: jsonStream,

    line: (type, stored) =>
      line(type, { resourceVersion: String(stored.revision) }, row(stored, include, apiVersion)),

    bookmark(revision, initialEventsEnd) {
      const resourceVersion = String(revision)
      const annotations = initialEventsEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }
      const metadata = { resourceVersion, creationTimestamp: null, ...annotations }
      const object = { kind: 'PartialObjectMetadata', apiVersion, metadata }
      return line('BOOKMARK', { resourceVersion }, JSON.stringify({ cells: [], object }))
    },

    pack(lines) {
      const [first, ...others] = lines
      const rest = others.map(each => Buffer.from(each.text('null')))
      const chunk = (head: string) => frame(first ? [Buffer.from(first.text(head)), ...rest] : [])
      return { ...chunk('null'), opening: () => chunk(columns) }
    },
  }
}
