import type { Draft, Resource } from '../resource.ts'
import type { LegacyKind } from './legacy-kind.ts'

type Named = { readonly name: string }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNamedList = (value: unknown): value is readonly Named[] =>
  Array.isArray(value) && value.every(item => isObject(item) && typeof item.name === 'string')

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Merges `said` into `old`, where `seen` is what v1beta1 shows of `old`: only what differs from that was meant. */
const merge = (old: unknown, seen: unknown, said: unknown): unknown => {
  if (same(seen, said)) return old
  if (isObject(old) && isObject(seen) && isObject(said)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(said)])
    const entries = [...keys].map(key => [key, merge(old[key], seen[key], said[key])] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  if (isNamedList(old) && isNamedList(seen) && isNamedList(said)) {
    const find = (list: readonly Named[], name: string) => list.find(item => item.name === name)
    return said.map(item => merge(find(old, item.name), find(seen, item.name), item))
  }
  return said
}

/** Through JSON: an undefined field is a missing one. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/**
 * The v1 object that a v1beta1 PUT asks for. What v1beta1 cannot say (readiness probes, owner references, ...) stays
 * as it is in `old`; without that every resize by an old client would strip the pods of it.
 */
export const legacyUpdate = <T extends Resource>(kind: LegacyKind<T>, body: unknown, old: T): Draft<T> => {
  const said = plain(kind.fromLegacy(body))
  const seen = plain(kind.fromLegacy(kind.toLegacy(old)))
  const merged = merge(plain(old), seen, said) as Draft<T>
  // The client's precondition, whether it is there or not, is the client's.
  const { resourceVersion: _, ...metadata } = merged.metadata
  const { resourceVersion } = said.metadata
  return { ...merged, metadata: resourceVersion ? { ...metadata, resourceVersion } : metadata }
}
