import type { Taint } from 'kubernetes-types/core/v1'
import { Node, Pod } from '../../api/kinds/index.ts'
import { isTerminal } from '../../api/pod-phase.ts'
import { tolerating } from '../../api/tolerations.ts'
import {
  after,
  type Context,
  type Controller,
  changed,
  controller,
  done,
  type Result,
} from '../runtime/index.ts'

/**
 * Ends the pods of nodes that have taints with the effect NoExecute, but for those that tolerate these; where they do
 * so for a time (`tolerationSeconds`), after that. The time begins when the taint says that it was added, or when it
 * is first seen.
 */
export const taintEviction = (): Controller => {
  /** When the taints of a node were first seen, by their text; milliseconds. */
  const seen = new Map<string, ReadonlyMap<string, number>>()

  const timesOf = (node: string, taints: readonly Taint[], now: number): ReadonlyMap<string, number> => {
    const before = seen.get(node)
    const times = new Map(taints.map(taint => [textOf(taint), before?.get(textOf(taint)) ?? now]))
    seen.set(node, times)
    return times
  }

  const reconcile = async (node: Node, cx: Context): Promise<Result> => {
    const { name } = node.metadata
    const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
    if (taints.length === 0) {
      seen.delete(name)
      return done
    }
    const now = cx.clock.now()
    const times = timesOf(name, taints, now)
    const sinceOf = (taint: Taint): number =>
      taint.timeAdded ? Date.parse(taint.timeAdded) : (times.get(textOf(taint)) ?? now)
    const ends = cx
      .list(Pod, { index: { name: 'node', value: name } })
      .filter(pod => !isTerminal(pod) && !pod.metadata.deletionTimestamp)
      .map(pod => {
        const left = taints.map(taint => sinceOf(taint) + patienceOf(pod, taint) - now)
        return { pod, left: Math.min(...left) }
      })
    await Promise.all(ends.filter(({ left }) => left <= 0).map(({ pod }) => end(cx, pod, taints)))
    const next = Math.min(...ends.map(({ left }) => left).filter(left => left > 0))
    return Number.isFinite(next) ? after(next) : done
  }

  return controller(Node, { name: 'taint-eviction', concurrency: 4 })
    .index(Pod, 'node', ({ spec }) => [spec.nodeName ?? ''])
    .watches(
      Pod,
      ({ spec }) => (spec.nodeName ? { namespace: '', name: spec.nodeName } : []),
      (now, old) => now.spec.nodeName !== old.spec.nodeName,
    )
    .when(changed.spec)
    .deleted(async ({ name }) => {
      seen.delete(name)
      return done
    })
    .reconcile(reconcile)
}

const textOf = ({ key, value, effect }: Taint): string => JSON.stringify([key, value, effect])

/** How long the pod bears the taint, milliseconds: the shortest time of its tolerations, for ever, or not at all. */
const patienceOf = (pod: Pod, taint: Taint): number => {
  const tolerations = tolerating(taint, pod.spec.tolerations)
  if (tolerations.length === 0) return 0
  const times = tolerations.map(
    ({ tolerationSeconds = Number.POSITIVE_INFINITY }) => tolerationSeconds * 1_000,
  )
  return Math.max(0, Math.min(...times))
}

const end = async (cx: Context, pod: Pod, taints: readonly Taint[]): Promise<void> => {
  const keys = taints.map(({ key }) => key).join(', ')
  cx.event(
    pod,
    'Normal',
    'TaintManagerEviction',
    `the node has taints that the pod does not tolerate: ${keys}`,
  )
  cx.log.verbose(1, 'pod leaves a tainted node', { pod: pod.metadata.name, taints: keys })
  await cx.delete(Pod, pod)
}
