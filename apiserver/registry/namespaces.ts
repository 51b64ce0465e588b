import type { DeleteOptions } from '../../api/client.ts'
import { forbidden, notFound } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { Namespace } from '../../api/kinds/index.ts'
import type { Caches } from '../watch/caches.ts'
import { checkPreconditions, type Outcome } from './deletion.ts'
import { timestamp } from './timestamp.ts'

/** These are made at start, and stay. */
export const permanentNamespaces: readonly string[] = ['default', 'kube-system']

/** Refuses to create an object in a namespace that is not there or that is on its way out. */
export const admitToNamespace = async (
  caches: Caches,
  kind: Kind,
  namespace: string,
  name: string,
): Promise<void> => {
  const cache = caches.of(Namespace)
  if (!cache.get(namespace)) await caches.fresh()
  const found = cache.get(namespace)
  if (!found) throw notFound(Namespace, namespace)
  if (found.object.metadata.deletionTimestamp === undefined) return
  const message = `unable to create new content in namespace ${namespace} because it is being terminated`
  throw forbidden(kind, name, message, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ])
}

/** True when no kind has an object in the namespace. */
export const isEmpty = (caches: Caches, namespace: string): boolean =>
  [...caches.all].every(
    cache => !cache.kind.namespaced || cache.list({ id: '', namespace, matches: undefined }).length === 0,
  )

/**
 * What a DELETE of a namespace does: the first marks it Terminating, so that nothing new comes in. The namespaces
 * reconciler then deletes what is in it, and asks again: a DELETE of a namespace that is Terminating and empty
 * removes it.
 */
export const namespaceDeletion = (
  namespace: Namespace,
  { preconditions }: DeleteOptions,
  empty: boolean,
  now: number,
): Outcome<Namespace> => {
  const { metadata } = namespace
  if (permanentNamespaces.includes(metadata.name)) {
    throw forbidden(Namespace, metadata.name, 'this namespace may not be deleted')
  }
  if (preconditions) checkPreconditions(Namespace, namespace, preconditions)
  if (metadata.deletionTimestamp !== undefined) {
    return empty && !metadata.finalizers?.length ? { type: 'remove', object: namespace } : { type: 'keep' }
  }
  return {
    type: 'put',
    object: {
      ...namespace,
      metadata: { ...metadata, deletionTimestamp: timestamp(now) },
      status: { ...namespace.status, phase: 'Terminating' },
    },
  }
}
