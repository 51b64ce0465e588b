import { Pod, type ReplicationController } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { type Context, ownedBy, type Reader, settleAll } from '../runtime/index.ts'

/** The pods that count: those that run, or may yet. */
export const active = (rc: ReplicationController, cx: Reader): Pod[] =>
  cx.list(Pod, ownedBy(rc)).filter(pod => !isTerminal(pod) && !pod.metadata.deletionTimestamp)

/** The pods that have ended and are still there. */
export const over = (rc: ReplicationController, cx: Reader): Pod[] =>
  cx.list(Pod, ownedBy(rc)).filter(pod => isTerminal(pod) && !pod.metadata.deletionTimestamp)

/** Deletes these pods of the controller. */
export const remove = async (rc: ReplicationController, cx: Context, pods: readonly Pod[]): Promise<void> => {
  await settleAll(
    pods.map(async pod => {
      await cx.delete(Pod, pod)
      cx.event(rc, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
    }),
  )
}
