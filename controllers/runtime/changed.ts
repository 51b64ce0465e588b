import { isDeepStrictEqual } from 'node:util'
import type { Resource } from '../../api/resource.ts'

/** True when a modification is worth a reconcile. Objects that appear, go or begin to be deleted always are. */
export type Predicate<T extends Resource> = (now: T, old: T) => boolean

const differ =
  (part: (object: Resource) => unknown): Predicate<Resource> =>
  (now, old) =>
    !isDeepStrictEqual(part(now), part(old))

/** Predicates for `when`: `changed.spec` leaves out what a status alone changes, and so on. */
export const changed = {
  /** What the API counts as a new generation: the spec, mostly. */
  generation: (now, old) => now.metadata.generation !== old.metadata.generation,
  spec: differ(object => (object as { spec?: unknown }).spec),
  status: differ(object => (object as { status?: unknown }).status),
  labels: differ(({ metadata }) => metadata.labels),
  annotations: differ(({ metadata }) => metadata.annotations),
  finalizers: differ(({ metadata }) => metadata.finalizers),
} satisfies Record<string, Predicate<Resource>>
