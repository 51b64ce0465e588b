/**
 * Where v1 has no words for what v1beta1 said, the object carries a remark: at this path v1 says `[0]`, v1beta1 said
 * `[1]`. A remark holds only as long as v1 still says the same: what a v1 client changes later is not hidden by it.
 */
export type Remarks = Record<string, readonly [v1: unknown, said: unknown]>

/** Carries the remarks, as JSON. It is v1beta1's own: not shown there. */
const remarkAnnotation = 'k8s.mesosphere.io/v1beta1'

type Annotations = { readonly [name: string]: string }

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Adds a remark where the two differ. */
export const remark = (remarks: Remarks, path: string, v1: unknown, said: unknown): void => {
  if (!same(v1, said)) remarks[path] = [v1 ?? null, said ?? null]
}

/** What v1beta1 said at `path`, or else what v1 says. */
export const recall = <T>(remarks: Remarks, path: string, v1: T): T => {
  const found = Object.hasOwn(remarks, path) ? remarks[path] : undefined
  return Array.isArray(found) && same(found[0], v1) ? ((found[1] ?? undefined) as T) : v1
}

/** The remarks of an object. Text that is not ours counts as none: anybody can write annotations. */
export const remarksOf = (annotations: Annotations | undefined): Remarks => {
  const json = annotations?.[remarkAnnotation]
  if (!json) return {}
  try {
    const parsed: unknown = JSON.parse(json)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Remarks) : {}
  } catch {
    return {}
  }
}

/** The annotations of the v1 object; undefined when there are none. */
export const annotate = (said: Annotations | undefined, remarks: Remarks): Annotations | undefined => {
  const { [remarkAnnotation]: _, ...kept } = said ?? {}
  const all =
    Object.keys(remarks).length > 0 ? { ...kept, [remarkAnnotation]: JSON.stringify(remarks) } : kept
  return Object.keys(all).length > 0 ? all : undefined
}

/** The annotations as v1beta1 shows them. */
export const shown = (annotations: Annotations | undefined): Annotations | undefined =>
  annotate(annotations, {})
