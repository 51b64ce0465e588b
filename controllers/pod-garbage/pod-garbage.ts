import { annotation } from '../../api/annotations.ts'
import { isStatus } from '../../api/errors.ts'
import { Node, Pod } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { keyOf, refOf } from '../../api/resource.ts'
import { after, type Context, type Controller, done, keyed, type Result } from '../runtime/index.ts'

/** A node that has just gone may come back, one that is named may be about to come: as in Kubernetes, milliseconds. */
const quarantine = 40_000

/**
 * Removes the pods that nobody else looks after: those on nodes that do not exist which are over or were never started,
 * and those which are to go before they were started. A pod with a task that is not over is Mesos' and the task
 * reconciler's, whatever becomes of its node.
 */
export const podGarbage = (): Controller => {
  /** When a pod was first seen without its node, milliseconds. */
  const orphaned = new Map<string, number>()

  const judge = async (pod: Pod, nodeName: string, cx: Context): Promise<Result> => {
    const key = keyOf(refOf(pod))
    const node = { namespace: '', name: nodeName }
    if (cx.get(Node, node)) {
      orphaned.delete(key)
      return done
    }
    const since = orphaned.get(key) ?? cx.clock.now()
    orphaned.set(key, since)
    const left = since + quarantine - cx.clock.now()
    if (left > 0) return after(left)
    // The cache may be behind.
    if (await exists(cx, node)) return after(quarantine)
    await remove(cx, pod, `node ${nodeName} does not exist`)
    orphaned.delete(key)
    return done
  }

  return keyed('pod-garbage')
    .watches(Pod, pod => (isOurs(pod) ? refOf(pod) : []))
    .index(Pod, 'node', pod => (isOurs(pod) ? [pod.spec.nodeName ?? ''] : []))
    .watches(
      Node,
      ({ metadata }, read) => read.list(Pod, { index: { name: 'node', value: metadata.name } }).map(refOf),
      // Only its coming and going.
      () => false,
    )
    .reconcile(async (ref, cx) => {
      const pod = cx.get(Pod, ref)
      const nodeName = pod?.spec.nodeName
      if (!pod || !nodeName || !isOurs(pod)) {
        orphaned.delete(keyOf(ref))
        return done
      }
      if (!pod.metadata.deletionTimestamp || isStarted(pod)) return judge(pod, nodeName, cx)
      // Nothing starts a pod that is to go.
      await remove(cx, pod, 'it was to go before it was started')
      return done
    })
}

const isStarted = ({ metadata }: Pod): boolean => metadata.annotations?.[annotation.taskId] !== undefined

/** Without a task that anybody waits for. */
const isOurs = (pod: Pod): boolean => pod.spec.nodeName !== undefined && (isTerminal(pod) || !isStarted(pod))

const exists = async (cx: Context, node: { namespace: string; name: string }): Promise<boolean> => {
  try {
    await cx.client.get(Node, node)
    return true
  } catch (error) {
    if (isStatus(error, 'NotFound')) return false
    throw error
  }
}

const remove = async (cx: Context, pod: Pod, why: string): Promise<void> => {
  cx.log.verbose(1, 'pod is removed', { pod: keyOf(refOf(pod)), why })
  cx.event(pod, 'Normal', 'PodGarbageCollected', `removed: ${why}`)
  await cx.delete(Pod, pod, { gracePeriodSeconds: 0 })
}
