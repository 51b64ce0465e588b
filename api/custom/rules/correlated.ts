import { isFields, type Structural } from '../structural.ts'

/** Finds what an item of a list was before: in a map the item with the same keys, in other lists nothing. */
export const correlated = (schema: Structural, before: unknown): ((item: unknown) => unknown) => {
  const { 'x-kubernetes-list-type': type, 'x-kubernetes-list-map-keys': keys = [] } = schema
  if (type !== 'map' || !Array.isArray(before)) return () => undefined
  const idOf = (item: unknown): string =>
    JSON.stringify(keys.map(key => (isFields(item) ? (item[key] ?? null) : null)))
  const items = new Map<string, unknown>(before.map(each => [idOf(each), each] as const))
  return item => items.get(idOf(item))
}
