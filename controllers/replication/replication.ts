import { hasCause } from '../../api/errors.ts'
import { Pod, ReplicationController } from '../../api/kinds/index.ts'
import { type Draft, refOf } from '../../api/resource.ts'
import {
  after,
  type Controller,
  controller,
  controllerOf,
  done,
  type ObjectContext,
  settleAll,
} from '../runtime/index.ts'
import { selects } from './claim.ts'
import { crashLoops } from './crash-loop.ts'
import { orphanIndex, sortOut } from './ownership.ts'
import { active, over, remove } from './pods.ts'
import { slowStart } from './slow-start.ts'
import { statusOf, untilAvailable } from './status.ts'
import { victims } from './victims.ts'

export interface ReplicationOptions {
  /** Replication controllers that are reconciled at the same time; 4 unless said otherwise. */
  readonly concurrency?: number
  /** Pods that one run creates or deletes at the most; 500 unless said otherwise. Their events bring the next. */
  readonly burst?: number
}

type Cx = ObjectContext<ReplicationController>

/** Keeps as many pods running as each ReplicationController wants: makes what is missing, removes what is too much. */
export const replication = ({ concurrency = 4, burst = 500 }: ReplicationOptions = {}): Controller => {
  const crashes = crashLoops()
  return controller(ReplicationController, { concurrency })
    .owns(Pod)
    .index(Pod, 'orphan', orphanIndex)
    .watches(Pod, (pod, read) => {
      if (controllerOf(pod)) return []
      const { namespace, labels } = pod.metadata
      return read
        .list(ReplicationController, { namespace })
        .filter(rc => selects(rc, labels))
        .map(refOf)
    })
    .deleted(async ref => {
      crashes.forget(ref)
      return done
    })
    .reconcile(async (rc, cx) => {
      if (rc.metadata.deletionTimestamp) {
        // What becomes of its pods is the garbage collector's to see to.
        await cx.status(statusOf(rc, active(rc, cx), undefined, cx.clock.now()))
        return done
      }
      await sortOut(rc, cx)
      const failed = over(rc, cx).filter(({ status }) => status?.phase === 'Failed')
      const wait = crashes.wait(refOf(rc), failed, cx.clock.now())
      if (wait === 0) await bury(rc, cx)
      // A failed pod keeps its place until its time has come.
      const failure = await scale(rc, cx, wait > 0 ? failed.length : 0, burst)
      const pods = active(rc, cx)
      await cx.status(statusOf(rc, pods, failure, cx.clock.now()))
      if (failure !== undefined) throw failure
      return nextLook(rc, pods, wait, cx.clock.now())
    })
}

/** Removes pods that are over. They are replaced like any that is missing, so none may pile up. */
const bury = async (rc: ReplicationController, cx: Cx): Promise<void> => {
  await settleAll(
    over(rc, cx).map(async pod => {
      const { phase, reason, message } = pod.status ?? {}
      const why = [reason, message].filter(Boolean).join(': ')
      await cx.delete(Pod, pod)
      const text = `Replacing pod ${pod.metadata.name}, which has ${phase === 'Failed' ? 'failed' : 'ended'}`
      cx.event(rc, phase === 'Failed' ? 'Warning' : 'Normal', 'ReplacedPod', why ? `${text}: ${why}` : text)
    }),
  )
}

/** Makes the number right. What stands in the way of creating pods is the answer, for the status to tell. */
const scale = async (rc: ReplicationController, cx: Cx, held: number, burst: number): Promise<unknown> => {
  const pods = active(rc, cx)
  const surplus = pods.length - (rc.spec.replicas ?? 1)
  if (surplus > 0) await remove(rc, cx, victims(pods, Math.min(surplus, burst)))
  const missing = -surplus - held
  if (missing <= 0) return undefined
  const { failure } = await slowStart(Math.min(missing, burst), async () => {
    const pod = await cx.create(Pod, draftOf(rc))
    cx.event(rc, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  })
  // The namespace goes, and this controller with it.
  if (hasCause(failure, 'NamespaceTerminating')) return undefined
  if (failure !== undefined && !cx.signal.aborted) {
    const message = failure instanceof Error ? failure.message : String(failure)
    cx.event(rc, 'Warning', 'FailedCreate', `Error creating: ${message}`)
  }
  return failure
}

/** A pod as the template has it. */
const draftOf = ({ metadata, spec: { template } }: ReplicationController): Draft<Pod> => {
  const { labels, annotations, finalizers } = template?.metadata ?? {}
  return {
    // A controller of 2014 may have capitals in its name (`nginxController`); a pod may not.
    metadata: { generateName: `${metadata.name.toLowerCase()}-`, labels, annotations, finalizers },
    spec: template?.spec ?? { containers: [] },
  }
}

/** Time alone makes a ready pod available, and a failed one replaceable. */
const nextLook = (rc: ReplicationController, pods: readonly Pod[], replaceable: number, now: number) => {
  const available = pods.map(pod => untilAvailable(pod, rc.spec.minReadySeconds ?? 0, now) ?? 0)
  const waits = [...available, replaceable].filter(wait => wait > 0)
  return waits.length > 0 ? after(Math.min(...waits)) : done
}
