import type { OwnerReference } from 'kubernetes-types/meta/v1'
import type { DeleteOptions } from '../../api/client.ts'
import { resourceOf } from '../../api/kind.ts'
import { foregroundDeletion, orphanDependents } from '../../api/propagation.ts'
import { type Resource, refOf } from '../../api/resource.ts'
import type { Entry, MetadataFeed } from '../metadata/index.ts'
import type { Context } from '../runtime/index.ts'
import type { AbsentOwners } from './absent-owners.ts'
import type { Graph } from './graph.ts'
import { live } from './live.ts'
import { withoutOwners } from './orphan.ts'

export interface Collecting {
  readonly feed: MetadataFeed
  readonly graph: Graph
  readonly absent: AbsentOwners
}

/**
 * `solid`: it is there. `waiting`: it is, and goes after its dependents. `absent`: it is gone, or not where the
 * reference says. `invalid`: it cannot be an owner, whether it is there or not.
 */
type Judgement = 'solid' | 'waiting' | 'absent' | 'invalid'

/**
 * Deletes an object whose owners are all gone, or want it to go before them. Of several owners those that are gone are
 * taken off. What the graph makes suspect is looked at as it is now before anything is done.
 */
export const collect = async (entry: Entry, collecting: Collecting, cx: Context): Promise<void> => {
  const { graph } = collecting
  if (entry.owners.every(reference => graph.isSolid(reference, entry))) return
  const object = await live(cx.client, entry.kind, entry)
  const { ownerReferences = [], deletionTimestamp } = object?.metadata ?? {}
  if (!object || deletionTimestamp || ownerReferences.length === 0) return
  const judged = await Promise.all(
    ownerReferences.map(async owner => ({ owner, is: await judge(owner, entry, object, collecting, cx) })),
  )
  const some = (wanted: Judgement): boolean => judged.some(({ is }) => is === wanted)
  if (some('invalid')) return
  if (some('solid')) {
    const others = judged.filter(({ is }) => is !== 'solid').map(({ owner }) => owner.uid)
    if (others.length > 0) await withoutOwners(cx.client, entry.kind, object, new Set(others))
    return
  }
  const { uid, resourceVersion } = object.metadata
  const cascade = some('waiting') && graph.dependentsOf(uid).length > 0
  await cx.delete(entry.kind, refOf(object), {
    propagationPolicy: cascade ? 'Foreground' : policyOf(object),
    // Somebody may have changed the owners meanwhile.
    preconditions: { uid, resourceVersion },
  })
}

const judge = async (
  owner: OwnerReference,
  entry: Entry,
  object: Resource,
  { feed, graph, absent }: Collecting,
  cx: Context,
): Promise<Judgement> => {
  if (graph.isSolid(owner, entry)) return 'solid'
  const kind = feed.kindOf(owner)
  if (kind?.namespaced) warnIfElsewhere(owner, entry, object, graph, cx)
  // Nothing says in which namespace the owner of an object of the cluster would have to be.
  if (kind?.namespaced && entry.namespace === '') return 'invalid'
  if (absent.has(idOf(owner, entry)) || (absent.has(owner.uid) && entry.namespace !== '')) return 'absent'
  if (!kind) {
    const { name } = entry
    throw new Error(
      `${resourceOf(entry.kind)} ${name} is owned by ${owner.kind} ${owner.name} of ${owner.apiVersion}, ` +
        'which is not served: define that kind, or take the owner reference off',
    )
  }
  const namespace = kind.namespaced ? entry.namespace : ''
  const found = await live(cx.client, kind, { namespace, name: owner.name, uid: owner.uid })
  if (!found) {
    absent.add(idOf(owner, entry))
    return 'absent'
  }
  const { deletionTimestamp, finalizers } = found.metadata
  return deletionTimestamp && finalizers?.includes(foregroundDeletion) ? 'waiting' : 'solid'
}

/** Warns of an owner that is not in the object's namespace. */
const warnIfElsewhere = (
  owner: OwnerReference,
  entry: Entry,
  object: Resource,
  graph: Graph,
  cx: Context,
): void => {
  const known = graph.get(owner.uid)
  if (entry.namespace !== '' && (!known || known.namespace === entry.namespace)) return
  const { apiVersion, kind, name, uid } = owner
  const { namespace } = entry
  const reference = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`
  const message = `ownerRef ${reference} does not exist in namespace "${namespace}"`
  cx.event(object, 'Warning', 'OwnerRefInvalidNamespace', message)
}

/** Where the owner would be, seen from its dependent. */
const idOf = ({ apiVersion, kind, name, uid }: OwnerReference, { namespace }: Entry): string =>
  [apiVersion, kind, namespace, name, uid].join(' ')

const policyOf = ({ metadata }: Resource): DeleteOptions['propagationPolicy'] => {
  if (metadata.finalizers?.includes(orphanDependents)) return 'Orphan'
  return metadata.finalizers?.includes(foregroundDeletion) ? 'Foreground' : 'Background'
}
