import type { Kind } from '../../api/kind.ts'
import { CustomResourceDefinition, Pod, storedKinds } from '../../api/kinds/index.ts'
import { type Resource, refOf } from '../../api/resource.ts'
import { customKind, inBatches } from '../metadata/index.ts'
import type { Context } from '../runtime/index.ts'

/** What a pass over the content of a namespace has come to. */
export interface Content {
  /** Objects that are still there, by kind. */
  readonly remaining: readonly { readonly kind: Kind; readonly objects: readonly Resource[] }[]
  /** The custom kinds cannot be told: there may be more than was looked at. */
  readonly discovery: readonly unknown[]
  /** What stood in the way of deleting. */
  readonly failures: readonly unknown[]
}

/**
 * Deletes what is in a namespace: its pods, and once there are none, everything else. What pods use while they end,
 * such as network policies and secrets, so outlives them, as in Kubernetes since 1.33.
 */
export const removeContent = async (namespace: string, cx: Context): Promise<Content> => {
  const pods = await removeAll([Pod], namespace, cx)
  if (pods.remaining.length > 0 || pods.failures.length > 0) return { ...pods, discovery: [] }
  const { custom, discovery } = await customKinds(cx)
  const kinds = [...storedKinds, ...custom].filter(({ namespaced }) => namespaced)
  return { ...(await removeAll(kinds, namespace, cx)), discovery }
}

/** Those that there are now: the caches may not know yet of one that already has objects. */
const customKinds = async ({ client }: Context) => {
  try {
    const { items } = await client.list(CustomResourceDefinition)
    return { custom: items.flatMap(definition => customKind(definition) ?? []), discovery: [] }
  } catch (error) {
    return { custom: [], discovery: [error] }
  }
}

const removeAll = async (
  kinds: readonly Kind[],
  namespace: string,
  cx: Context,
): Promise<Omit<Content, 'discovery'>> => {
  const remaining: { kind: Kind; objects: readonly Resource[] }[] = []
  const failures: unknown[] = []
  await inBatches(kinds, async kind => {
    try {
      const objects = await remove(kind, namespace, cx)
      if (objects.length > 0) remaining.push({ kind, objects })
    } catch (error) {
      failures.push(error)
    }
  })
  return { remaining, failures }
}

/** Deletes the objects of a kind, and answers those that take their time. */
const remove = async (kind: Kind, namespace: string, cx: Context): Promise<readonly Resource[]> => {
  const list = async (): Promise<readonly Resource[]> =>
    (await cx.client.list(kind, { namespace, metadataOnly: true })).items
  const objects = await list()
  const staying = objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  if (staying.length === 0) return objects
  await inBatches(staying, object =>
    cx.delete(kind, refOf(object), {
      propagationPolicy: 'Background',
      preconditions: { uid: object.metadata.uid },
    }),
  )
  return list()
}

/** `pods. has 2 resource instances`, as Kubernetes tells it. */
export const remainingText = ({ remaining }: Content): string =>
  remaining
    .map(({ kind, objects }) => `${kind.plural}.${kind.group} has ${objects.length} resource instances`)
    .sort()
    .join(', ')

/** `example.com/cleanup in 2 resource instances`; '' when nothing has finalizers. */
export const finalizersText = ({ remaining }: Content): string => {
  const counts = new Map<string, number>()
  for (const { metadata } of remaining.flatMap(({ objects }) => objects)) {
    for (const each of metadata.finalizers ?? []) counts.set(each, (counts.get(each) ?? 0) + 1)
  }
  return [...counts]
    .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
    .sort()
    .join(', ')
}

export const failuresText = (failures: readonly unknown[]): string =>
  failures.map(error => (error instanceof Error ? error.message : String(error))).join(', ')
