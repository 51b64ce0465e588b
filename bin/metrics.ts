import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Manager } from '../controllers/runtime/index.ts'
import type { RunningFramework } from '../mesos/scheduler/index.ts'

/** Measures what works beside the API; the names are those of controller-runtime where it has one. */
export interface Metrics {
  /** Until the manager stops. */
  manager(manager: Pick<Manager, 'outcomes$' | 'depths'>): void
  /** Until the call of the answer. */
  framework(framework: Pick<RunningFramework, 'session$' | 'offers' | 'updates$'>): () => void
  /** A task of ours that no pod owns has been killed. */
  orphan(): void
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

export const createMetrics = (register: Registry): Metrics => {
  const registers = [register]
  const managers = new Set<Pick<Manager, 'depths'>>()
  const reconciles = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Runs of a reconciler by their result: success, requeue_after, error.',
    labelNames: ['controller', 'result'] as const,
    registers,
  })
  const times = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Time of one run of a reconciler.',
    labelNames: ['controller'] as const,
    buckets: seconds,
    registers,
  })
  new Gauge({
    name: 'workqueue_depth',
    help: 'Keys that wait for a reconciler.',
    labelNames: ['name'] as const,
    registers,
    collect() {
      this.reset()
      for (const manager of managers) {
        for (const [name, { waiting }] of Object.entries(manager.depths())) this.set({ name }, waiting)
      }
    },
  })
  const subscribed = new Gauge({
    name: 'mesos_subscribed',
    help: '1 while there is a session with a master.',
    registers,
  })
  let offers: ReadonlyMap<string, unknown> = new Map()
  new Gauge({
    name: 'mesos_open_offers',
    help: 'Offers that may be accepted now.',
    registers,
    collect() {
      this.set(offers.size)
    },
  })
  const updates = new Counter({
    name: 'mesos_task_updates_total',
    help: 'Status updates of tasks, also those that are sent again, by state.',
    labelNames: ['state'] as const,
    registers,
  })
  const orphans = new Counter({
    name: 'mesos_orphan_tasks_killed_total',
    help: 'Tasks of this framework that were killed because no pod owns them.',
    registers,
  })

  return {
    manager(manager) {
      managers.add(manager)
      manager.outcomes$.subscribe({
        next({ controller, result, ms }) {
          const how = !result ? 'error' : result.type === 'done' ? 'success' : 'requeue_after'
          reconciles.inc({ controller, result: how })
          times.observe({ controller }, ms / 1_000)
        },
        complete: () => managers.delete(manager),
      })
    },

    framework(framework) {
      const { session$, updates$ } = framework
      offers = framework.offers
      const subscription = session$.subscribe(({ state }) => subscribed.set(state === 'subscribed' ? 1 : 0))
      subscription.add(updates$.subscribe(({ status }) => updates.inc({ state: status.state })))
      return () => {
        subscription.unsubscribe()
        subscribed.set(0)
      }
    },

    orphan: () => orphans.inc(),
  }
}
