// Rolls a changed template out to the pods of a replication controller, one after the other:
//   node --import tsx examples/rollout.ts -master=127.0.0.1:8888
// docs/reconcilers.md goes through it.
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { HttpClient } from '../api/http-client.ts'
import { Pod, ReplicationController } from '../api/kinds/index.ts'
import { condition } from '../api/pod-phase.ts'
import { logFlags, main } from '../bin/main.ts'
import { after, changed, controller, createManager, done, ownedBy } from '../controllers/runtime/index.ts'

/** An annotation of the template, any text. Pods are made with it; one that has another is outdated. */
const revision = 'rollout.example/revision'

const revisionOf = (metadata?: ObjectMeta): string | undefined => metadata?.annotations?.[revision]

/** When the pod will have been ready for as long as is asked, milliseconds since the epoch. */
const availableAt = (pod: Pod, { spec }: ReplicationController): number => {
  const { status, lastTransitionTime = '' } = condition(pod.status, 'Ready') ?? {}
  if (status !== 'True') return Number.POSITIVE_INFINITY
  return Date.parse(lastTransitionTime) + (spec.minReadySeconds ?? 0) * 1000
}

/** Deletes outdated pods, never more than one that is missed; the replication controller makes the new ones. */
export const rollout = () =>
  controller(ReplicationController, { name: 'rollout' })
    .owns(Pod)
    .when(changed.spec)
    .reconcile(async (rc, cx) => {
      const wanted = revisionOf(rc.spec.template?.metadata)
      if (wanted === undefined || rc.metadata.deletionTimestamp) return done

      const pods = cx.list(Pod, ownedBy(rc)).filter(pod => !pod.metadata.deletionTimestamp)
      const outdated = pods.filter(pod => revisionOf(pod.metadata) !== wanted)
      if (outdated.length === 0) {
        await cx.condition('RolledOut', true, 'Complete', `every pod is of revision ${wanted}`)
        return done
      }
      const message = `${outdated.length} of ${pods.length} pods are not of revision ${wanted}`
      await cx.condition('RolledOut', false, 'Progressing', message)

      const now = cx.clock.now()
      const times = pods.map(pod => availableAt(pod, rc))
      const enough = times.filter(time => time <= now).length >= (rc.spec.replicas ?? 1)
      // A pod that is not ready serves nobody. Of those that do, one may go while none else is missing.
      const useless = outdated.filter(pod => availableAt(pod, rc) === Number.POSITIVE_INFINITY)
      const spare = enough ? outdated.slice(0, 1) : []
      for (const pod of useless.length > 0 ? useless : spare) {
        await cx.delete(Pod, pod)
        cx.event(rc, 'Normal', 'ReplacedPod', `Replacing ${pod.metadata.name} by revision ${wanted}`)
      }
      // A change of a pod brings the next run. That it has been ready for long enough is no change.
      const soon = Math.min(...times.filter(time => time > now))
      return Number.isFinite(soon) ? after(soon - now) : done
    })

const program = {
  name: 'rollout',
  summary: `Replaces the pods of a replication controller when its template's annotation ${revision} changes.`,
  flags: {
    master: { default: '127.0.0.1:8888', help: 'API server', value: 'host:port' },
    ...logFlags,
  },
} as const

// Not when a test imports it.
if (process.argv[1] === import.meta.filename) {
  await main(program, async ({ master }, logger) => {
    const manager = createManager({ client: new HttpClient({ baseUrl: `http://${master}`, logger }), logger })
    manager.add(rollout())
    await manager.start()
    return { close: () => manager.stop() }
  })
}
