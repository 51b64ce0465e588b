type Optional<T> = { [K in keyof T]: T[K] | undefined }

const omit = <T extends object>(fields: T, unwanted: (value: unknown) => boolean): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !unwanted(value))) as T

const isEmpty = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0)

/** Leaves out what Go's `omitempty` left out of v1beta1: zero values, empty lists and maps. */
export const omitEmpty = <T extends object>(fields: Optional<T>): Partial<T> =>
  omit(fields, isEmpty) as Partial<T>

/** Leaves out the undefined fields, so that a v1 object has only what was said. */
export const omitUndefined = <T extends object>(fields: T): T => omit(fields, value => value === undefined)
