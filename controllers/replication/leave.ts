import { foregroundDeletion } from '../../api/cascade.ts'
import { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { refOf } from '../../api/resource.ts'
import { type ObjectContext, ownedBy } from '../runtime/index.ts'
import { active, remove } from './pods.ts'
import { statusOf } from './status.ts'

/**
 * What a controller that is deleted still does: if it was asked to, it deletes its pods, `burst` in a run, and goes
 * when the last of them is gone. The events of the pods bring the next run.
 */
export const leave = async (
  rc: ReplicationController,
  cx: ObjectContext<ReplicationController>,
  burst: number,
): Promise<void> => {
  if (cascades(rc)) {
    const pods = cx.list(Pod, ownedBy(rc))
    if (pods.length === 0) return release(rc, cx)
    const staying = pods.filter(pod => !pod.metadata.deletionTimestamp).slice(0, burst)
    if (staying.length > 0 && (await isAsked(rc, cx))) await remove(rc, cx, staying)
  }
  await cx.status(statusOf(rc, active(rc, cx), undefined, cx.clock.now()))
}

const cascades = ({ metadata }: ReplicationController): boolean =>
  metadata.finalizers?.includes(foregroundDeletion) === true

/** The cache may not know yet that the pods are to stay after all. */
const isAsked = async (
  rc: ReplicationController,
  { client }: ObjectContext<ReplicationController>,
): Promise<boolean> => {
  const now = await client.get(ReplicationController, refOf(rc))
  return now.metadata.uid === rc.metadata.uid && cascades(now)
}

const release = async (
  rc: ReplicationController,
  cx: ObjectContext<ReplicationController>,
): Promise<void> => {
  const finalizers = rc.metadata.finalizers?.filter(name => name !== foregroundDeletion)
  await cx.update(ReplicationController, { ...rc, metadata: { ...rc.metadata, finalizers } })
}
