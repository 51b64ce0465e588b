import { badRequest } from '../../api/errors.ts'
import type { Column, Kind } from '../../api/kind.ts'
import { nameColumn } from '../../api/kinds/columns.ts'
import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../storage/stored.ts'
import { partialText } from './partial.ts'

/** What a row carries of its object, besides the cells. */
export type IncludeObject = 'Metadata' | 'None' | 'Object'

const choices: readonly IncludeObject[] = ['Metadata', 'None', 'Object']

/** The `includeObject` of a query. */
export const readIncludeObject = (text: string | undefined): IncludeObject => {
  const choice = choices.find(each => each === (text || 'Metadata'))
  if (choice) return choice
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`,
  )
}

/** Shows objects of a kind as a `Table` of meta.k8s.io. Everything is JSON. */
export interface TableText<T extends Resource> {
  readonly columns: string
  row(stored: Stored<T>, include: IncludeObject, apiVersion: string): string
}

/** For kinds that name no columns. */
const defaultColumns: readonly Column<Resource>[] = [
  nameColumn(),
  {
    name: 'Created At',
    type: 'date',
    format: '',
    description: 'The time at which the server has created the object.',
    priority: 0,
    cell: ({ metadata }) => metadata.creationTimestamp,
  },
]

/** `now` in milliseconds since the epoch. */
export const tableText = <T extends Resource>(kind: Kind<T>, now: () => number): TableText<T> => {
  const columns = kind.columns.length > 0 ? kind.columns : (defaultColumns as readonly Column<T>[])
  const definitions = columns.map(({ name, type, format = '', description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }))
  return {
    columns: JSON.stringify(definitions),

    // Cells hold ages, so they are made anew each time.
    row({ object, bytes }, include, apiVersion) {
      const time = now()
      const cells = JSON.stringify(columns.map(column => column.cell(object, time)))
      const shown =
        include === 'Metadata'
          ? partialText(object, apiVersion)
          : include === 'Object'
            ? bytes.toString()
            : 'null'
      return `{"cells":${cells},"object":${shown}}`
    },
  }
}

/** A whole Table; `columns` is `null` where the client knows them already. */
export const tableOf = (
  apiVersion: string,
  metadata: object,
  columns: string,
  rows: readonly string[],
): string =>
  `{"kind":"Table","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"columnDefinitions":${columns},"rows":[${rows.join()}]}`
