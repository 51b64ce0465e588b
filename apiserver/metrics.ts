import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Store } from '../store/store.ts'
import type { Caches } from './watch/caches.ts'

export interface Metrics {
  /** Starts the time of a request; call the answer with its outcome. */
  request(verb: string, resource: string): (code: number) => void
}

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

export const createMetrics = (register: Registry, caches: Caches): Metrics => {
  const requests = new Counter({
    name: 'apiserver_request_total',
    help: 'Requests by verb, resource and status code.',
    labelNames: ['verb', 'resource', 'code'] as const,
    registers: [register],
  })
  const durations = new Histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Time until a request is answered; of a watch, until it has begun.',
    labelNames: ['verb', 'resource'] as const,
    buckets: seconds,
    registers: [register],
  })
  new Gauge({
    name: 'apiserver_watchers',
    help: 'Running watches.',
    labelNames: ['resource'] as const,
    registers: [register],
    collect() {
      for (const { kind, watchers } of caches.all) this.set({ resource: kind.plural }, watchers)
    },
  })
  new Gauge({
    name: 'apiserver_cached_objects',
    help: 'Objects in the watch caches.',
    labelNames: ['resource'] as const,
    registers: [register],
    collect() {
      for (const { kind, size } of caches.all) this.set({ resource: kind.plural }, size)
    },
  })
  return {
    request(verb, resource) {
      const started = performance.now()
      return code => {
        durations.observe({ verb, resource }, (performance.now() - started) / 1000)
        requests.inc({ verb, resource, code })
      }
    },
  }
}

/** The store, with the time of its operations measured. */
export const measuredStore = (store: Store, register: Registry): Store => {
  const durations = new Histogram({
    name: 'apiserver_store_duration_seconds',
    help: 'Time of operations of the store.',
    labelNames: ['operation'] as const,
    buckets: seconds,
    registers: [register],
  })
  // A series is looked up once, not for each operation.
  const timed = (operation: string) => {
    const series = durations.labels({ operation })
    return async <T>(run: Promise<T>): Promise<T> => {
      const started = performance.now()
      try {
        return await run
      } finally {
        series.observe((performance.now() - started) / 1000)
      }
    }
  }
  const create = timed('create')
  const get = timed('get')
  const list = timed('list')
  const update = timed('update')
  const remove = timed('delete')
  const revision = timed('revision')
  return {
    create: (key, value) => create(store.create(key, value)),
    get: key => get(store.get(key)),
    list: (prefix, options) => list(store.list(prefix, options)),
    update: (key, value, expected) => update(store.update(key, value, expected)),
    delete: (key, expected) => remove(store.delete(key, expected)),
    revision: () => revision(store.revision()),
    watch: (prefix, after) => store.watch(prefix, after),
    compact: revision => store.compact(revision),
    close: () => store.close(),
  }
}
