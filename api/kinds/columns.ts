import type { Column } from '../kind.ts'
import type { Resource } from '../resource.ts'

/** A column that is always shown; `wide` makes it one of -o wide. */
export const column = <T extends Resource>(
  name: string,
  description: string,
  cell: Column<T>['cell'],
  options: Partial<Pick<Column<T>, 'type' | 'format' | 'priority'>> = {},
): Column<T> => ({ name, type: 'string', format: '', description, priority: 0, ...options, cell })

export const wide = { priority: 1 } as const
export const integer = { type: 'integer' } as const

export const nameColumn = <T extends Resource>(): Column<T> =>
  column(
    'Name',
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: http://kubernetes.io/docs/user-guide/identifiers#names',
    object => object.metadata.name,
    { format: 'name' },
  )

const created =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata'

export const ageColumn = <T extends Resource>(): Column<T> =>
  column('Age', created, (object, now) => ageOf(object.metadata.creationTimestamp, now))

/** What kube-apiserver shows of kinds that it knows nothing special about. */
export const createdAtColumn = <T extends Resource>(): Column<T> =>
  column('Created At', created, object => object.metadata.creationTimestamp, { type: 'date' })

/** How long ago a time was, as in kubectl's tables: `90s`, `2m10s`, `5d3h`. */
export const ageOf = (time: string | undefined, now = Date.now()): string =>
  time ? humanDuration((now - Date.parse(time)) / 1000) : '<unknown>'

/** Two units at the most, fewer the longer it is; below zero by more than a second the clocks disagree. */
export const humanDuration = (duration: number): string => {
  const seconds = Math.trunc(duration)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(seconds / 3600)
  const days = Math.floor(hours / 24)
  const years = Math.floor(days / 365)
  const two = (big: number, unit: string, small: number, smallUnit: string) =>
    `${big}${unit}${small ? `${small}${smallUnit}` : ''}`
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (days < 8) return two(days, 'd', hours % 24, 'h')
  if (years < 2) return `${days}d`
  if (years < 8) return two(years, 'y', days % 365, 'd')
  return `${years}y`
}

/** `a=b,c=d`, or `<none>`. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || none

export const none = '<none>'
