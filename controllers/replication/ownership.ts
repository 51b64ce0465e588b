import { isStatus } from '../../api/errors.ts'
import { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { keyOf, type Ref, refOf } from '../../api/resource.ts'
import {
  type Context,
  controllerOf,
  controllerReference,
  ownedBy,
  ownerOfKind,
  settleAll,
} from '../runtime/index.ts'
import { claim } from './claim.ts'

/** Files pods for `cx.list`. */
export const podIndexes = {
  /** Those that nobody controls, by namespace. */
  orphan: (pod: Pod): string[] => (controllerOf(pod) ? [] : [pod.metadata.namespace ?? '']),
  /** Those that a replication controller of this name controls or has controlled, by its key. */
  marked(pod: Pod): string[] {
    const ref = ownerOfKind(ReplicationController, pod)
    return ref ? [keyOf(ref)] : []
  },
} as const

/** Takes orphans that are selected under control, and lets go of pods that are no longer. */
export const sortOut = async (rc: ReplicationController, cx: Context): Promise<void> => {
  const orphans = cx.list(Pod, { index: { name: 'orphan', value: rc.metadata.namespace ?? '' } })
  const { adopted, released } = claim(rc, [...orphans, ...cx.list(Pod, ownedBy(rc))])
  if (adopted.length > 0) {
    // The cache may not know yet that the controller is gone; it would adopt for nobody.
    const now = await cx.client.get(ReplicationController, refOf(rc))
    if (now.metadata.uid !== rc.metadata.uid || now.metadata.deletionTimestamp) return
  }
  await settleAll([
    ...adopted.map(pod =>
      cx.update(Pod, withOwners(pod, [...(pod.metadata.ownerReferences ?? []), controllerReference(rc)])),
    ),
    ...released.map(pod => cx.update(Pod, withoutController(pod))),
  ])
}

const withOwners = (pod: Pod, ownerReferences: NonNullable<Pod['metadata']['ownerReferences']>): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, ownerReferences },
})

const withoutController = (pod: Pod): Pod => {
  const controller = controllerOf(pod)
  return withOwners(pod, pod.metadata.ownerReferences?.filter(owner => owner !== controller) ?? [])
}

/**
 * Lets go of pods whose controller is gone, also when another one has its name now, so that whoever selects them can
 * take them over. Pods that have ended are deleted: they are no use to anybody.
 */
export const abandon = async (ref: Ref, cx: Context): Promise<void> => {
  const known = cx.get(ReplicationController, ref)?.metadata.uid
  const strangers = (uid: string | undefined) => (pod: Pod) =>
    pod.metadata.deletionTimestamp === undefined && controllerOf(pod)?.uid !== uid
  const suspects = cx.list(Pod, { index: { name: 'marked', value: keyOf(ref) } }).filter(strangers(known))
  if (suspects.length === 0) return
  // The caches of pods and of controllers may be of different times.
  const abandoned = suspects.filter(strangers(await uidNow(ref, cx)))
  await settleAll<unknown>(
    abandoned.map(pod => (isTerminal(pod) ? cx.delete(Pod, pod) : cx.update(Pod, withoutController(pod)))),
  )
}

const uidNow = async (ref: Ref, { client }: Context): Promise<string | undefined> => {
  try {
    return (await client.get(ReplicationController, ref)).metadata.uid
  } catch (error) {
    if (isStatus(error, 'NotFound')) return undefined
    throw error
  }
}
