import type { Column } from '../kind.ts'
import { ageColumn, column, humanDuration, nameColumn } from '../kinds/columns.ts'
import type { Resource } from '../resource.ts'
import { parseJsonPath } from './json-path.ts'

/** A column of a table, as a definition describes it (`additionalPrinterColumns`). */
export interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly jsonPath: string
}

export const columnTypes = ['integer', 'number', 'string', 'boolean', 'date'] as const

type Type = (typeof columnTypes)[number]
type Cell = ReturnType<Column<Resource>['cell']>

/** The columns of a kind's tables; its age when the definition says nothing. */
export const columnsOf = (given: readonly PrinterColumn[] = []): readonly Column<Resource>[] =>
  given.length === 0
    ? [nameColumn(), { ...ageColumn(), type: 'date' }]
    : [nameColumn(), ...given.map(columnOf)]

const columnOf = ({ name, type, format = '', description, priority = 0, jsonPath }: PrinterColumn) => {
  const path = parseJsonPath(jsonPath)
  return column<Resource>(
    name,
    description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    (object, now) => {
      const [first] = path?.(object) ?? []
      return first === undefined ? null : cellOf(first, type as Type, now)
    },
    { type: type as Type, format, priority },
  )
}

/** null where the value is not of the column's type. */
const cellOf = (value: unknown, type: Type, now = Date.now()): Cell => {
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null
    case 'number':
      return typeof value === 'number' ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date': {
      if (typeof value !== 'string') return null
      const time = Date.parse(value)
      return Number.isNaN(time) ? '<invalid>' : humanDuration((now - time) / 1000)
    }
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value)
  }
}
