import { type Observable, Subject } from 'rxjs'
import type { Client } from '../../api/client.ts'
import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import type { Informer } from '../../informers/informer.ts'
import { type Clock, systemClock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import type { Controller } from './controller.ts'
import type { QueueDepth } from './queue.ts'
import { indexName } from './reader.ts'
import { createRecorder } from './recorder.ts'
import { type Outcome, type RunningController, runController } from './run-controller.ts'
import { sharedInformers } from './shared-informers.ts'

export interface ManagerOptions {
  readonly client: Client
  readonly logger: Logger
  readonly clock?: Clock
}

/** Runs controllers side by side on shared caches. */
export interface Manager {
  /** Before the start. */
  add(controller: Controller): void
  /** Resolves when all caches are complete and the controllers work. */
  start(): Promise<void>
  /** Ends all controllers; resolves when nothing of them runs any more. A manager does not start again. */
  stop(): Promise<void>
  /** The shared informer of a kind, for parts that are no controllers. Add the controllers first. */
  informer<T extends Resource>(kind: Kind<T>): Informer<T>
  /** How every run ended, from now on: for metrics, and for tests. Completes with the stop. */
  readonly outcomes$: Observable<Outcome>
  /** What waits, by the controller's name. */
  depths(): Readonly<Record<string, QueueDepth>>
}

export const createManager = ({ client, logger, clock = systemClock }: ManagerOptions): Manager => {
  const informers = sharedInformers({ client, clock, logger })
  const recorder = createRecorder({ client, clock, logger })
  const outcomes = new Subject<Outcome>()
  const controllers = new Map<string, Controller>()
  let running: RunningController[] | undefined
  let stopping: Promise<void> | undefined

  const stop = async (): Promise<void> => {
    await Promise.all((running ?? []).map(controller => controller.stop()))
    await recorder.flush()
    outcomes.complete()
  }

  return {
    add(controller) {
      const { name, indexes } = controller
      if (running) throw new Error(`controller ${name} comes after the start of its manager`)
      if (controllers.has(name))
        throw new Error(`there is a controller ${name} already: give this one a name`)
      for (const { kind, name: index, values } of indexes)
        informers.index(kind, indexName(name, index), values)
      controllers.set(name, controller)
    },

    async start() {
      if (running) throw new Error('the manager has been started already')
      const told = (outcome: Outcome): void => outcomes.next(outcome)
      const options = { client, informers, recorder, clock, logger, told }
      running = [...controllers.values()].map(controller => runController(controller, options))
      await Promise.all(running.map(({ synced }) => synced))
    },

    stop() {
      stopping ??= stop()
      return stopping
    },

    informer: informers.of,
    outcomes$: outcomes.asObservable(),
    depths: () => Object.fromEntries((running ?? []).map(({ name, depth }) => [name, depth])),
  }
}
