import type { LimitRangeItem, LimitRange as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Served } from '../resource.ts'
import { createdAtColumn, nameColumn } from './columns.ts'

export type LimitRange = Served<V1>

/** What a container of the namespace may use, and what it gets when it does not say. */
export const LimitRange = defineKind<LimitRange>({
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  columns: [nameColumn(), createdAtColumn()],
  strategy: {
    default: ({ spec }) => spec?.limits?.filter(({ type }) => type === 'Container').forEach(defaultItem),
  },
})

/** The most is the default limit, and that, or the least, the default request. */
const defaultItem = (item: LimitRangeItem): void => {
  item.default = { ...item.max, ...item.default }
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest }
}
