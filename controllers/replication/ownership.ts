import { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { refOf } from '../../api/resource.ts'
import { type Context, controllerOf, controllerReference, ownedBy, settleAll } from '../runtime/index.ts'
import { claim } from './claim.ts'

/** Files the pods that nobody controls by their namespace, for `cx.list`. */
export const orphanIndex = (pod: Pod): string[] => (controllerOf(pod) ? [] : [pod.metadata.namespace ?? ''])

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
