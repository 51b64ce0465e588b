import { filter, firstValueFrom, map, type Observable, Subject } from 'rxjs'
import type { Client } from '../api/client.ts'
import { type BinderOptions, binder } from '../controllers/binder/index.ts'
import { executors, failedStarts } from '../controllers/executors/index.ts'
import { maintenance } from '../controllers/maintenance/index.ts'
import { nodes } from '../controllers/nodes/index.ts'
import { createManager, type Leading, whileLeading } from '../controllers/runtime/index.ts'
import { type TasksOptions, tasks } from '../controllers/tasks/index.ts'
import { protobufCodec } from '../mesos/protocol/protobuf-codec.ts'
import { createFramework, type FrameworkOptions } from '../mesos/scheduler/index.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'
import { storedFrameworkId } from './framework-id.ts'
import type { Metrics } from './metrics.ts'

export interface SchedulerOptions
  extends Pick<FrameworkOptions, 'masters$' | 'frameworkInfo' | 'reset' | 'credentials' | 'agentCredentials'>,
    Pick<BinderOptions, 'executor' | 'defaults'>,
    Pick<TasksOptions, 'launchTimeout'> {
  readonly client: Client
  readonly store: Store
  readonly logger: Logger
  readonly clock: Clock
  /** Who competes for leading; see `whileLeading`. */
  readonly identity: string
  readonly metrics: Metrics
}

export interface Scheduler extends Leading {
  /** Rejects when Mesos has ended this scheduler for good; it never resolves. */
  readonly ended: Promise<never>
}

const lease = { namespace: 'kube-system', name: 'scheduler' }

/** The framework in Mesos and the controllers that work with it. Wherever they are started, one process has them. */
export const startScheduler = (options: SchedulerOptions): Scheduler => {
  const { client, store, logger, clock, identity, metrics } = options
  const ended$ = new Subject<never>()

  const begin = async (): Promise<Leading> => {
    const framework = createFramework({
      masters$: options.masters$,
      codec: protobufCodec,
      frameworkInfo: options.frameworkInfo,
      credentials: options.credentials,
      agentCredentials: options.agentCredentials,
      frameworkId: storedFrameworkId(store),
      reset: options.reset ?? false,
      logger: logger.child({ component: 'scheduler' }),
      clock,
    })
    const starts = failedStarts(framework, clock)
    const { controllers, ready$, orphans$ } = tasks(
      framework,
      { state: 'disconnected', reason: 'not started' },
      { starts, launchTimeout: options.launchTimeout },
    )
    const bind = binder({
      feed: framework,
      ready$,
      defaults: options.defaults,
      executor: options.executor,
      starts,
    })
    const retire = executors({
      feed: framework,
      ready$,
      executor: options.executor,
      roles: options.frameworkInfo.roles ?? [],
    })
    const { roles = [] } = options.frameworkInfo
    const manager = createManager({ client, logger, clock })
    const agents = nodes(framework, { roles, overhead: options.executor })
    for (const controller of [...controllers, bind, retire, ...agents, maintenance(framework)])
      manager.add(controller)
    metrics.manager(manager)
    // Before Mesos speaks, so that nothing it says is missed.
    await manager.start()
    const measured = metrics.framework(framework)
    orphans$.subscribe(metrics.orphan)
    const ending = endOf(framework.session$).subscribe(error => ended$.error(error))
    framework.start()
    return {
      async stop() {
        ending.unsubscribe()
        measured()
        await framework.stop()
        await manager.stop()
      },
    }
  }

  const ended = firstValueFrom(ended$)
  // It may end before anybody asks.
  ended.catch(() => {})
  return { ...whileLeading({ client, logger, clock, identity, lease }, begin), ended }
}

/** The sessions that nothing comes after, as errors that say what to do. */
const endOf = (session$: Observable<{ readonly state: string }>): Observable<Error> =>
  session$.pipe(
    map(({ state }) => advice[state as keyof typeof advice]),
    filter(text => text !== undefined),
    map(text => new Error(`the scheduler has ended: ${text}`)),
  )

const advice = {
  removed:
    'Mesos has removed the framework, and with it all tasks; -reset_framework starts over with a new one',
  superseded: 'another scheduler runs with the same framework id; only one may run on the same data',
} as const
